import { expect, test } from 'vitest';
import { testProcesses } from '#test/support/processes.ts';

const processes = testProcesses();

async function habitstream(...args: string[]) {
  const run = await processes.startScript('deploy/cli/habitstream.ts', args, {
    // Nothing listens there: a usage is told before anything is reached.
    NATS_URL: 'nats://127.0.0.1:1',
    DATABASE_URL: 'postgres://127.0.0.1:1/none',
  });
  const { code } = await run.exited;
  return { code, lines: run.lines };
}

/** Two processes for each command, one after the other. */
const PATIENCE_MS = 600_000;

test('every command answers --help with the usage, and an option that it does not have with the usage and no stack', {
  timeout: PATIENCE_MS,
}, async () => {
  const help = await habitstream('help');
  const commands = new Set(help.lines.flatMap((line) => /^ {2}([a-z]+)( |$)/.exec(line)?.[1] ?? []));
  expect(commands.size).toBeGreaterThan(4);
  for (const command of commands) {
    expect(await habitstream(command, '--help'), command).toEqual(help);
    const wrong = await habitstream(command, '--zibeline');
    expect(wrong.code, command).toBe(1);
    expect(
      wrong.lines.filter((line) => /^\s+at /.test(line)),
      command,
    ).toEqual([]);
    expect(wrong.lines.length, command).toBeGreaterThan(0);
  }
});
