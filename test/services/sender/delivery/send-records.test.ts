import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Delivery } from '#contracts/messages.ts';
import { provision } from '#deploy/provision/provision.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openSendRecords, type SendRecords } from '#services/sender/delivery/send-records.ts';
import { openSettlement } from '#services/sender/delivery/settlement.ts';
import type { Work } from '#services/sender/delivery/work.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { workOf } from './fixture.ts';

let server: TestNats;
let records: SendRecords;
beforeAll(async () => {
  server = await startTestNats();
  const nats = await server.connection();
  await provision(nats, { shardCount: 1 });
  records = await openSendRecords(nats, systemClock);
});
afterAll(() => server.stop());

let habits = 0;
/** Of a habit that no other test has. */
function newWork(): Work {
  const letters = [...String(habits++)].map((digit) => 97 + Number(digit));
  return workOf(String.fromCharCode(...letters).padStart(13, 'z'));
}

/** Settlement of a sender that may send again what may not have arrived, `maxResends` times. */
function settling(maxResends: number) {
  const told: Delivery[] = [];
  const publish = async (delivery: Delivery) => void told.push(delivery);
  const ports = { records, publish, clock: systemClock, log: pino({ level: 'silent' }) };
  return { told, ...openSettlement(ports, maxResends) };
}

test('what is taken back after it may have been sent before is not sent more often for it', async () => {
  const { claim, withdraw, mayResend } = settling(1);
  const work = newWork();
  const items = work.messages.flat();
  const first = await claim(work, items, 'first');
  expect(mayResend(first)).toBe(true);
  for (let slot = 0; slot < 3; slot++) {
    const again = await claim(work, items, 'second');
    expect(again.map(({ record }) => record.tries)).toEqual([2]);
    expect(mayResend(again)).toBe(false);
    await withdraw(again);
  }
});

test('what was never sent leaves nothing behind when it is taken back', async () => {
  const { claim, withdraw } = settling(0);
  const work = newWork();
  const items = work.messages.flat();
  await withdraw(await claim(work, items, 'first'));
  expect((await claim(work, items, 'second')).map(({ record }) => record.tries)).toEqual([1]);
});

test('what may have been sent does not end as suppressed, also where it might be sent again', async () => {
  const { claim, endUnsent, told } = settling(1);
  const work = newWork();
  const items = work.messages.flat();
  await claim(work, items, 'one that died');
  for (const item of items)
    await endUnsent(work, item, 'another', { outcome: 'suppressed', reason: 'answered' });
  expect(told.map(({ outcome, reason }) => ({ outcome, reason }))).toEqual([
    { outcome: 'uncertain', reason: 'interrupted' },
  ]);
});
