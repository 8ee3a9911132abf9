import { createInterface } from 'node:readline/promises';

/** Raised when nobody confirmed what cannot be taken back: nothing was done. */
export class NotConfirmed extends Error {
  override name = 'NotConfirmed';
}

type Terminal = { input: NodeJS.ReadStream; output: NodeJS.WriteStream };

/**
 * Has a person at the terminal type something again before what cannot be taken back.
 * @param what is about to be done, as a sentence.
 * @throws {NotConfirmed} when something else was typed, the input ended, or there is no terminal to type at.
 */
export async function confirmTyped(
  what: string,
  word: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (!input.isTTY)
    throw new NotConfirmed(`${what} Nobody is here to confirm it: pass --yes. Nothing was done.`);
  const lines = createInterface({ input, output });
  // Ctrl-C and Ctrl-D end the input: no answer will come then.
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  const typed = await Promise.race([lines.question(`${what}\nType ${word} to confirm: `), closed]);
  lines.close();
  if (typed.trim() !== word) throw new NotConfirmed('Not confirmed. Nothing was done.');
}
