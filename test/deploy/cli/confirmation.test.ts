import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { confirmTyped, NotConfirmed } from '#deploy/cli/confirmation.ts';

/** A terminal at which something is typed, and all that it was shown. */
function terminal(typed: string, isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY }) as PassThrough & NodeJS.ReadStream;
  const output = new PassThrough() as PassThrough & NodeJS.WriteStream;
  input.end(typed);
  return { input, output, shown: () => String(output.read()) };
}

test('the word typed again confirms it, once it was said what is done', async () => {
  const { shown, ...at } = terminal('77\n');
  await confirmTyped('All of 77 is erased.', '77', at);
  expect(shown()).toContain('All of 77 is erased.\nType 77 to confirm: ');
});

test.each(['78\n', 'y\n', '\n', ''])('%j confirms nothing', async (typed) => {
  await expect(confirmTyped('All of 77 is erased.', '77', terminal(typed))).rejects.toThrow(
    new NotConfirmed('Not confirmed. Nothing was done.'),
  );
});

test('without a terminal nothing is confirmed, whatever comes in', async () => {
  await expect(confirmTyped('All of 77 is erased.', '77', terminal('77\n', false))).rejects.toThrow(
    'pass --yes',
  );
});
