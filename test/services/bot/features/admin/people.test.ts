import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventSubject } from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { directGet } from '#services/platform/jetstream/direct-get.ts';
import { eventually } from '#test/support/eventually.ts';
import { makeHabit, register } from '../../../../e2e/journey.ts';
import { asUserId } from '../../../../support/ids.ts';
import { type AdminFixture, has, startFixture } from './fixture.ts';

let fixture: AdminFixture;
let admin: SimulatedPerson;
let person: SimulatedPerson;
beforeAll(async () => {
  fixture = await startFixture();
  admin = fixture.admin;
  person = await fixture.telegram.person({ id: 601, first_name: 'Payer' });
  await register(person);
  await makeHabit(person, 'Read', '09:00');
}, 120_000);
afterAll(() => fixture.stop());
beforeEach(() => fixture.forgetRequests());

async function ask(what: string, expected: string) {
  await admin.say(what);
  return admin.waitForMessage(has(expected));
}

/** Asks for the id of a person, and sends it. */
async function find(id: string, expected: string) {
  const { message_id: figures } = await ask('/admin', 'Accounts');
  await admin.tap(figures, { button: 'Find a person' });
  await admin.waitForEdit(figures, has('numeric id'));
  return ask(id, expected);
}

async function tapped(messageId: number, button: string, expected: string) {
  await admin.tap(messageId, { button });
  return admin.waitForEdit(messageId, has(expected));
}

const labels = ({
  reply_markup: markup,
}: {
  reply_markup?: { inline_keyboard?: { text: string }[][] | undefined } | undefined;
}) => markup?.inline_keyboard?.flat().map(({ text }) => text) ?? [];

const accountEvents = async () =>
  (
    await directGet(fixture.nats, 'EVENTS', {
      seq: 1,
      next_by_subj: eventSubject(asUserId(person.id), 'account'),
      batch: 100,
    })
  ).map((message) => message.json<{ type: string }>().type);

/** Buys a month. */
async function buy(): Promise<void> {
  await person.say('/premium');
  const offer = await person.waitForMessage(has('Premium'));
  const outcome = await person.pay(offer.reply_markup?.inline_keyboard?.flat()[0]?.url ?? '');
  if (!outcome.paid) throw new Error(outcome.error);
  await person.waitForMessage(has('Your payment has arrived'), { after: offer.message_id });
}

test('a person by id: what they set, their habits, what happened lately; every look is in the log', async () => {
  await find('@payer', 'isn’t a numeric id');
  const unknown = await ask('424242', 'pressed Start');
  expect(labels(unknown)).toEqual(['🔎 Find a person', '‹ Figures']);
  const found = await find('601', 'timezone UTC');
  expect(found.text).toContain('Habits: 1');
  expect(found.text).toMatch(/• Read, every day, 09:00/i);
  expect(found.text).toMatch(/\d\d-\d\d \d\d:\d\d HabitDefined Read/);
  expect(found.text).toContain('AccountRegistered');
  const looks = fixture.logLines.filter((line) => line.includes('an admin looks at a person'));
  expect(looks.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ admin: '501', userId: '424242' }),
    expect.objectContaining({ admin: '501', userId: '601' }),
  ]);
});

test('nobody but an admin sees a person or gives Stars back, by forged buttons either', async () => {
  const { message_id: id } = await person.waitForMessage(undefined, { after: 0 });
  for (const data of ['admin:person:501', 'admin:find', 'admin:refund:601:0', 'admin:askRefund:601:0']) {
    const query = await person.tap(id, data);
    const nonsense = await person.tap(id, 'nonsense:x');
    expect((await person.waitForAnswer(query)).text).toBe((await person.waitForAnswer(nonsense)).text);
  }
});

test('Stars are given back once, after a question, however often it is tapped; both are told', async () => {
  await buy();
  const found = await find('601', 'Premium until');
  const button = labels(found).find((label) => label.includes('Refund 50')) ?? '';
  const { message_id: id } = found;
  await tapped(id, button, 'Refund 50 Stars to 601?');
  await tapped(id, 'Back', 'Premium until');
  await tapped(id, button, 'Refund 50 Stars to 601?');
  const asked = { data: 'admin:refund:601:0' };
  const done = await tapped(id, 'Yes, refund them', 'PremiumRefunded');
  expect(done.text).not.toContain('Premium until');
  expect(labels(done).join()).not.toContain('Refund');
  await person.waitForMessage(has('50 Stars were returned'));
  await admin.tap(id, asked.data);
  await eventually(async () =>
    expect(await accountEvents()).toEqual([
      'AccountRegistered',
      'TimezoneChanged',
      'PremiumGranted',
      'PremiumCancelled',
      'PremiumRefunded',
    ]),
  );
  expect(await fixture.telegram.requests({ method: 'refundStarPayment' })).toHaveLength(1);
});

test('a refund whose answer is lost is recorded once all the same, by Telegram’s own notice', async () => {
  await buy();
  const found = await find('601', 'Premium until');
  await fixture.telegram.fault({ method: 'refundStarPayment', times: 1, dropReply: true });
  await admin.tap(found.message_id, 'admin:refund:601:1');
  await admin.waitForEdit(found.message_id, has('payments aren’t responding'));
  await eventually(async () =>
    expect((await accountEvents()).filter((type) => type === 'PremiumRefunded')).toHaveLength(2),
  );
  const again = await find('601', 'PremiumRefunded');
  await admin.waitForAnswer(await admin.tap(again.message_id, 'admin:refund:601:1'));
  expect((await accountEvents()).filter((type) => type === 'PremiumRefunded')).toHaveLength(2);
});
