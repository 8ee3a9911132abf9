import { afterAll, beforeAll, expect, test } from 'vitest';
import { broadcastIdFrom } from '#contracts/ids.ts';
import { asUserId } from '../../../../support/ids.ts';
import { ADMIN, type AdminFixture, has, startFixture } from './fixture.ts';

let fixture: AdminFixture;
beforeAll(async () => {
  fixture = await startFixture();
}, 60_000);
afterAll(() => fixture.stop());

/** So many links, each of such a length under one character of a text. */
const links = (count: number, urlLength: number) =>
  Array.from({ length: count }, (_, offset) => {
    const url = `https://example.org/${'x'.repeat(urlLength - 20)}`;
    return { type: 'text_link', offset, length: 1, url };
  });

async function write() {
  const { admin } = fixture;
  await admin.say('/admin');
  const { message_id: id } = await admin.waitForMessage(has('Accounts'));
  await admin.tap(id, { button: 'Write to everybody' });
  await admin.waitForEdit(id, has('Send me the text'));
}

test('too much is said at the draft, which then takes a shorter text; the largest is sent', async () => {
  const { admin } = fixture;
  await write();
  await fixture.sayFormatted('x'.repeat(100), links(100, 2_000));
  expect(
    (await admin.waitForMessage(has('takes 201\u00a0KB, and the limit is 48\u00a0KB'))).reply_markup,
  ).toBeUndefined();
  await fixture.sayFormatted('x'.repeat(101), links(101, 30));
  await admin.waitForMessage(has('has 101 links and other formatted parts, and the limit is 100'));

  const text = '한'.repeat(4_096);
  await fixture.sayFormatted(text, links(100, 300));
  const { message_id: id } = await admin.waitForMessage(has('This is how it’ll look'));
  await admin.tap(id, { button: 'Send to' });
  await admin.waitForEdit(id, has('everybody'));
  // As preview, and as the broadcast itself, which goes to the one account there is.
  await expect
    .poll(
      async () => {
        const sent = await fixture.telegram.requests({ method: 'sendMessage' });
        return sent.filter(({ parameters, status }) => parameters.text === text && status === 200).length;
      },
      { timeout: 30_000 },
    )
    .toBe(2);
  expect(await fixture.deadLetters()).toBe(0);
}, 60_000);

test('a draft too large to be stored, left by an earlier version, is not sent, and the admin is told', async () => {
  const { admin } = fixture;
  await write();
  await fixture.sayFormatted('Short', []);
  const { message_id: id } = await admin.waitForMessage(has('This is how it’ll look'));
  const broadcastId = broadcastIdFrom(asUserId(ADMIN), 1);
  const text = { text: 'x'.repeat(100), entities: links(100, 2_000) };
  await fixture.putDraft({ at: 'previewing', broadcastId, text, recipients: 1 });
  await admin.tap(id, `admin:send:${broadcastId}`);
  await admin.waitForEdit(id, has('wasn’t sent'));
  expect(await fixture.deadLetters()).toBe(0);
}, 60_000);

test.each([
  ['too large for its stream', { max_msg_size: 100 }, { max_msg_size: 64 * 1024 }],
  ['for which its stream has no room', { max_bytes: 100 }, { max_bytes: -1 }],
])(
  'a request %s is answered too, and leaves no dead letter',
  async (_name, limit, before) => {
    const { admin } = fixture;
    await write();
    await fixture.sayFormatted('Refused by the server', []);
    const { message_id: id } = await admin.waitForMessage(has('This is how it’ll look'));
    await fixture.limitBroadcasts(limit);
    await admin.tap(id, { button: 'Send to' });
    await admin.waitForEdit(id, has('The server didn’t take this'));
    await fixture.limitBroadcasts(before);
    expect(await fixture.deadLetters()).toBe(0);
  },
  60_000,
);
