import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { botSettings } from '#services/bot/config.ts';
import { readSettings } from '#services/platform/process/settings.ts';
import { register } from '../../../../e2e/journey.ts';
import { ADMIN, type AdminFixture, has, startFixture, TOKEN } from './fixture.ts';

let fixture: AdminFixture;
let admin: SimulatedPerson;
beforeAll(async () => {
  fixture = await startFixture();
  admin = fixture.admin;
}, 60_000);
afterAll(() => fixture.stop());
// A test is one person saying more than thirty things a minute.
beforeEach(() => fixture.forgetRequests());

const buttonsOf = ({ reply_markup: markup }: { reply_markup?: unknown }) => JSON.stringify(markup);

async function ask(what: string, expected: string) {
  await admin.say(what);
  return admin.waitForMessage(has(expected));
}

/** Up to the question whether to send. */
async function preview(text: string) {
  const { message_id: figures } = await ask('/admin', 'Accounts');
  await admin.tap(figures, { button: 'Write to everybody' });
  await admin.waitForEdit(figures, has('Send me the text'));
  return ask(text, 'This is how it’ll look');
}

test('a person who is not in the configuration gets what any unknown command gets, and forged buttons do nothing', async () => {
  const other = await fixture.telegram.person({ id: 502, first_name: 'Other' });
  await register(other);
  await other.say('/admin');
  const { text: toAdmin } = await other.waitForMessage();
  await other.say('/nonsense');
  const { text: toNonsense, message_id: id } = await other.waitForMessage();
  expect(toAdmin).toBe(toNonsense);
  const query = await other.tap(id, 'admin:figures');
  const forged = (await other.waitForAnswer(query)).text;
  expect((await other.waitForAnswer(await other.tap(id, 'nonsense:x'))).text).toBe(forged);
  expect((await other.chat()).messages.at(-1)?.message_id).toBe(id);
});

test('figures, in the message that asked for them', async () => {
  const { message_id: id, text } = await ask('/admin', 'Accounts');
  expect(text).toMatch(/Accounts: 2, reachable 2/);
  expect(text).toMatch(/Dead letters: 0/);
  await fixture.crowd(3);
  await admin.tap(id, { button: 'Refresh' });
  await admin.waitForEdit(id, has('Accounts: 5, reachable 5'));
});

test('a broadcast: written, seen as it will look, confirmed, sent once however often confirmed, and counted', async () => {
  const people = await fixture.crowd(30);
  await (await fixture.telegram.person({ id: people[0] ?? 0, first_name: 'Gone' })).block();
  const confirm = await preview('First version');
  const better = await ask('Better version', 'This is how it’ll look');
  expect(better.message_id).toBeGreaterThan(confirm.message_id);
  expect((await admin.chat()).messages.filter(has('Better version')).length).toBe(2);

  await admin.tap(confirm.message_id, { button: 'Send to' });
  await admin.waitForEdit(confirm.message_id, has('wasn’t sent'));
  await admin.tap(better.message_id, { button: 'Send to' });
  const running = await admin.waitForEdit(better.message_id, has('On its way'));
  expect(running.text).toMatch(/Left: \d+/);
  await admin.tap(better.message_id, { button: 'Refresh' });
  await expect
    .poll(
      async () => {
        await admin.tap(better.message_id, { button: 'Refresh' });
        return (await admin.chat()).messages.find((each) => each.message_id === better.message_id)?.text;
      },
      { timeout: 25_000, interval: 1_500 },
    )
    .toContain('Sent to everybody');
  const done = (await admin.chat()).messages.find((each) => each.message_id === better.message_id);
  // Two who registered, three and thirty of the crowds; one of them blocked the bot.
  expect(done?.text).toMatch(/Delivered: 34\nRefused: 1\nNot sent: 0\nUnknown: 0\nLeft: 0/);
  const sent = (await fixture.telegram.requests({ method: 'sendMessage' })).filter(
    ({ parameters, chatId, status }) =>
      parameters.text === 'Better version' && status === 200 && people.includes(chatId ?? 0),
  );
  expect(new Set(sent.map(({ chatId }) => chatId)).size).toBe(29);
  expect(sent).toHaveLength(29);
}, 60_000);

test('a test goes to the admin alone, by the lowest tier, as often as it is asked for, and leaves the preview as it is', async () => {
  const people = await fixture.crowd(5);
  const { message_id: id } = await preview('Only a test');
  const sentTests = async () =>
    (await fixture.telegram.requests({ method: 'sendMessage' })).filter(
      ({ parameters, status }) => parameters.text === 'Only a test' && status === 200,
    );
  for (const times of [1, 2]) {
    const query = await admin.tap(id, { button: 'Send it to me first' });
    expect((await admin.waitForAnswer(query)).text).toContain('just as it’ll reach everybody');
    await expect.poll(async () => (await sentTests()).length, { timeout: 20_000 }).toBe(1 + times);
  }
  expect((await sentTests()).map(({ chatId }) => chatId)).toEqual([ADMIN, ADMIN, ADMIN]);
  await admin.tap(id, { button: 'Send to' });
  await admin.waitForEdit(id, has('On its way'));
  await fixture.telegram.waitForRequest(
    ({ parameters, chatId }) => parameters.text === 'Only a test' && people.includes(chatId ?? 0),
  );
}, 60_000);

test('called off while it runs', async () => {
  await fixture.crowd(80);
  const { message_id: id } = await preview('Never mind');
  await admin.tap(id, { button: 'Send to' });
  await admin.waitForEdit(id, has('On its way'));
  await fixture.telegram.waitForRequest(
    ({ parameters, chatId }) => parameters.text === 'Never mind' && chatId !== ADMIN,
  );
  await admin.tap(id, { button: 'Stop' });
  const stopped = await admin.waitForEdit(id, has('Cancelled'));
  expect(buttonsOf(stopped)).not.toContain('Stop');
  await expect
    .poll(
      async () => {
        await admin.tap(id, { button: 'Refresh' });
        return (await admin.chat()).messages.find((each) => each.message_id === id)?.text;
      },
      { timeout: 20_000, interval: 1_500 },
    )
    .toContain('Left: 0');
  const sent = (await fixture.telegram.requests({ method: 'sendMessage' })).filter(
    ({ parameters, chatId }) => parameters.text === 'Never mind' && chatId !== ADMIN,
  );
  expect(sent.length).toBeLessThan(60);
}, 60_000);

test('what is not sent leaves no trace: /cancel, another command, a text that Telegram refuses', async () => {
  const { message_id: id } = await preview('Draft');
  await ask('/cancel', 'Cancelled');
  await admin.tap(id, { button: 'Send to' });
  await admin.waitForEdit(id, has('wasn’t sent'));

  await preview('Another draft');
  await ask('/help', 'What I can do');
  await ask('Just talking', 'didn’t get that');

  const { message_id: figures } = await ask('/admin', 'Accounts');
  await admin.tap(figures, { button: 'Write to everybody' });
  await admin.waitForEdit(figures, has('Send me the text'));
  await fixture.telegram.fault({
    method: 'sendMessage',
    chatId: ADMIN,
    times: 1,
    status: 400,
    error: 'Bad Request',
  });
  await ask('Refused', 'doesn’t accept this text');
  await ask('/cancel', 'Cancelled');
});

test('a draft outlives what else the admin does: its Send works, and its question waits while another one is asked', async () => {
  const people = await fixture.crowd(3);
  const { message_id: id } = await preview('Still to be sent');
  await ask('/today', 'habit');
  await ask('/admin', 'Accounts');
  await admin.tap(id, { button: 'Send to' });
  await admin.waitForEdit(id, has('On its way'));
  await fixture.telegram.waitForRequest(
    ({ parameters, chatId, status }) =>
      parameters.text === 'Still to be sent' && status === 200 && people.includes(chatId ?? 0),
  );

  const { message_id: figures } = await ask('/admin', 'Accounts');
  await admin.tap(figures, { button: 'Write to everybody' });
  await admin.waitForEdit(figures, has('Send me the text'));
  await ask('/new', 'What habit');
  await ask('Read', 'Read');
  expect((await admin.chat()).messages.at(-1)?.text).not.toContain('This is how it’ll look');
  await ask('/cancel', 'Cancelled');
  await ask('To everybody', 'This is how it’ll look');
  await ask('/cancel', 'Cancelled');
});

test('without figures an admin is told so, and their updates go on', async () => {
  await fixture.pool.query('ALTER VIEW schedules.accounts RENAME TO away');
  try {
    await ask('/admin', 'can’t read the figures right now');
    await ask('/help', 'What I can do');
  } finally {
    await fixture.pool.query('ALTER VIEW schedules.away RENAME TO accounts');
  }
});

test('settings: ids with commas between, and a database as soon as there are any', () => {
  const base = { NATS_URL: 'nats://127.0.0.1:4222', BOT_TOKEN: TOKEN };
  const database = { DATABASE_URL: 'postgres://x@127.0.0.1:5432/x' };
  expect(readSettings(botSettings, { ...base }).adminIds).toEqual([]);
  expect(readSettings(botSettings, { ...base, ...database, ADMIN_IDS: '12, 34' }).adminIds).toEqual([
    '12',
    '34',
  ]);
  expect(() => readSettings(botSettings, { ...base, ADMIN_IDS: '12' })).toThrow(/DATABASE_URL: is needed/);
  expect(() => readSettings(botSettings, { ...base, ...database, ADMIN_IDS: '@me' })).toThrow(/ADMIN_IDS/);
});
