import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Delivery, ReminderDue } from '#contracts/messages.ts';
import { provision } from '#deploy/provision/provision.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openSendRecords, type SendRecords } from '#services/sender/delivery/send-records.ts';
import { settlement } from '#services/sender/delivery/settlement.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { asHabitId, asMinute, asUserId } from '../../../support/ids.ts';

let server: TestNats;
let records: SendRecords;
beforeAll(async () => {
  server = await startTestNats();
  const nats = await server.connection();
  await provision(nats, { shardCount: 1 });
  records = await openSendRecords(nats);
});
afterAll(() => server.stop());

let habits = 0;
function dueNow(): ReminderDue {
  const habitId = String.fromCharCode(...[...String(habits++)].map((digit) => 97 + Number(digit))).padStart(
    13,
    'z',
  );
  return {
    userId: asUserId('7'),
    minute: asMinute(100),
    tier: 'engaged',
    expiresAt: '2026-11-25T10:00:00.000Z',
    due: [{ habitId: asHabitId(habitId), on: '2026-11-25', at: '08:00' }],
  };
}

/** Settling of a sender that may send again what may not have arrived, `mostResends` times. */
function settling(mostResends: number) {
  const told: Delivery[] = [];
  const publish = async (delivery: Delivery) => void told.push(delivery);
  const ports = { records, publish, clock: systemClock, log: pino({ level: 'silent' }) };
  return { told, ...settlement(ports, mostResends) };
}

test('what is taken back after it may have been sent before is not sent more often for it', async () => {
  const { claim, withdraw, mayResend } = settling(1);
  const due = dueNow();
  const first = await claim(due, due.due, 'first');
  expect(mayResend(first)).toBe(true);
  for (let slot = 0; slot < 3; slot++) {
    const again = await claim(due, due.due, 'second');
    expect(again.map(({ record }) => record.tries)).toEqual([2]);
    expect(mayResend(again)).toBe(false);
    await withdraw(again);
  }
});

test('what was never sent leaves nothing behind when it is taken back', async () => {
  const { claim, withdraw } = settling(0);
  const due = dueNow();
  await withdraw(await claim(due, due.due, 'first'));
  expect((await claim(due, due.due, 'second')).map(({ record }) => record.tries)).toEqual([1]);
});

test('what may have been sent does not end as suppressed, also where it might be sent again', async () => {
  const { claim, endUnsent, told } = settling(1);
  const due = dueNow();
  await claim(due, due.due, 'one that died');
  for (const occurrence of due.due)
    await endUnsent(due, occurrence, 'another', { outcome: 'suppressed', reason: 'answered' });
  expect(told.map(({ outcome, reason }) => ({ outcome, reason }))).toEqual([
    { outcome: 'uncertain', reason: 'interrupted' },
  ]);
});
