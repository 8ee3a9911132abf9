import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AdminFixture, has, startFixture } from './fixture.ts';

let fixture: AdminFixture;
beforeAll(async () => {
  fixture = await startFixture();
}, 60_000);
afterAll(() => fixture.stop());

/** Methods called while something is done, up to the request that ends it. */
async function methodsOf(last: string, action: () => Promise<unknown>): Promise<string[]> {
  const since = ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;
  await action();
  await fixture.telegram.waitForRequest(({ method }) => method === last, { since, timeoutMs: 60_000 });
  const requests = await fixture.telegram.requests({ since });
  const methods = requests.map(({ method }) => method);
  return methods.filter((method) => method !== 'getUpdates').toSorted();
}

const EDITED = ['answerCallbackQuery', 'editMessageText'];

test('each screen of an admin is one edit and its answer, each text one message, a preview two', async () => {
  const { admin } = fixture;
  const tapped = (id: number, label: string, expected: string) =>
    methodsOf('answerCallbackQuery', async () => {
      const { messages } = await admin.chat();
      const before = messages.find(({ message_id }) => message_id === id)?.edits ?? 0;
      await admin.tap(id, { button: label });
      await admin.waitForEdit(id, (message) => message.edits > before && has(expected)(message));
    });
  const said = (text: string, expected: string) =>
    methodsOf('sendMessage', async () => {
      await admin.say(text);
      await admin.waitForMessage(has(expected));
    });
  const newest = async () => (await admin.chat()).messages.at(-1)?.message_id ?? 0;

  await admin.waitForMessage(has('Cancelled'), { after: 0 });
  expect(await said('/admin', 'Accounts')).toEqual(['sendMessage']);
  const figures = await newest();
  expect(await tapped(figures, 'Delivery', 'Lateness')).toEqual(EDITED);
  expect(await tapped(figures, 'Figures', 'Accounts')).toEqual(EDITED);
  expect(await tapped(figures, 'Find a person', 'numeric id')).toEqual(EDITED);
  expect(await said('what', 'isn’t a numeric id')).toEqual(['sendMessage']);
  expect(await said('777', 'Nobody with this id')).toEqual(['sendMessage']);
  expect(await tapped(await newest(), 'Figures', 'Accounts')).toEqual(EDITED);
  expect(await said('/admin', 'Accounts')).toEqual(['sendMessage']);
  expect(await tapped(await newest(), 'Write to everybody', 'Send me the text')).toEqual(EDITED);
  expect(await said('Hello', 'This is how it’ll look')).toEqual(['sendMessage', 'sendMessage']);
  expect(await tapped(await newest(), 'Cancel', 'Cancelled')).toEqual(EDITED);
}, 120_000);
