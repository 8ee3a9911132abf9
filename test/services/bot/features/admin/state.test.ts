import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Delivery } from '#contracts/messages.ts';
import { deadSubject, deliverySubject } from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { eventually } from '#test/support/eventually.ts';
import { register } from '../../../../e2e/journey.ts';
import { asHabitId, asMinute, asUserId } from '../../../../support/ids.ts';
import { type AdminFixture, has, startFixture } from './fixture.ts';

let fixture: AdminFixture;
let admin: SimulatedPerson;
beforeAll(async () => {
  fixture = await startFixture();
  admin = fixture.admin;
}, 60_000);
afterAll(() => fixture.stop());
beforeEach(() => fixture.forgetRequests());

async function ask(what: string, expected: string) {
  await admin.say(what);
  return admin.waitForMessage(has(expected));
}

const delivered = (latenessMs: number): Delivery => ({
  userId: asUserId(7),
  minute: asMinute(29_400_000),
  tier: 'engaged',
  outcome: 'delivered',
  occurrences: [{ habitId: asHabitId('aaaaaaaaaaaaa'), on: '2026-11-28', at: '09:00' }],
  at: new Date().toISOString(),
  latenessMs,
});

async function publish(subject: string, body: object): Promise<void> {
  await jetstream(fixture.nats).publish(subject, JSON.stringify(body));
}

test('how delivery goes: queues, lateness, budget, what a 429 does, dead letters by consumer', async () => {
  const { message_id: id } = await ask('/admin', 'Accounts');
  await admin.tap(id, { button: 'Delivery' });
  const quiet = await admin.waitForEdit(id, has('In the queue'));
  for (const tier of ['engaged', 'regular', 'dormant', 'broadcast'])
    expect(quiet.text).toContain(`• ${tier}: 0\n`);
  expect(quiet.text).toContain('24 hours: nothing delivered');
  expect(quiet.text).toContain('No 429 is holding anything up');
  expect(quiet.text).toContain('Dead letters: 0');

  for (const latenessMs of [...Array.from({ length: 98 }, () => 450), 4_000, 70_000])
    await publish(deliverySubject('delivered', asUserId(7)), delivered(latenessMs));
  for (const consumer of ['bot-03', 'bot-03', 'sender-engaged'])
    await publish(deadSubject(consumer), { any: 1 });
  const [first = 0] = await fixture.crowd(20);
  await fixture.telegram.fault({ method: 'sendMessage', chatId: first, times: 1, retryAfter: 60 });
  const { message_id: writing } = await ask('/admin', 'Accounts');
  await admin.tap(writing, { button: 'Write to everybody' });
  await admin.waitForEdit(writing, has('Send me the text'));
  const { message_id: confirm } = await ask('Waits', 'This is how it’ll look');
  await admin.tap(confirm, { button: 'Send to' });
  await admin.waitForEdit(confirm, has('On its way'));
  await eventually(
    async () => {
      await fixture.forgetRequests();
      await admin.waitForAnswer(await admin.tap(id, { button: 'Refresh' }));
      const text = (await admin.chat()).messages.find((each) => each.message_id === id)?.text ?? '';
      expect(text).toMatch(/24 hours: half within 0.5\u00a0s, 99% within 5\u00a0s \(of 100\)/);
      expect(text).toMatch(/• broadcast: \d+, the oldest for \d/);
      expect(text).toMatch(/Everybody waits \d+|Chats held after a 429: 1/);
      expect(text).toContain('Dead letters: 3\n• bot-03: 2\n• sender-engaged: 1');
    },
    { timeoutMs: 40_000 },
  );
}, 90_000);

test('activity is a picture in a message of its own, of 30 or 90 days, dark or light', async () => {
  const newcomer = await fixture.telegram.person({ id: 701, first_name: 'New' });
  await register(newcomer);
  await eventually(async () => {
    const { rows } = await fixture.pool.query('SELECT what, count FROM admin.activity ORDER BY what');
    expect(rows).toEqual([
      { what: 'active', count: '2' },
      { what: 'new', count: '2' },
    ]);
  });
  const { message_id: id } = await ask('/admin', 'Accounts');
  await admin.tap(id, { button: 'Activity' });
  const shown = await admin.waitForMessage(({ caption }) => caption?.includes('last 30 days') ?? false);
  expect(shown.photo?.at(-1)).toMatchObject({ width: 1080 });
  const labels = shown.reply_markup?.inline_keyboard?.flat().map(({ text }) => text);
  expect(labels).toEqual(['90 days', '☀️']);
  await admin.tap(shown.message_id, { button: '90 days' });
  await admin.waitForEdit(shown.message_id, ({ caption }) => caption?.includes('last 90 days') ?? false);
  await admin.tap(shown.message_id, { button: '☀️' });
  await admin.waitForEdit(shown.message_id, ({ edits }) => edits === 2);
  const requests = await fixture.telegram.requests();
  expect(requests.filter(({ method }) => method === 'sendPhoto')).toHaveLength(1);
  expect(requests.filter(({ method }) => method === 'editMessageMedia')).toHaveLength(2);
}, 60_000);
