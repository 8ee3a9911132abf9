import { expect, test } from 'vitest';
import { testProcesses } from '#test/support/processes.ts';

const processes = testProcesses();

test.each(['thrown', 'rejected'])(
  'an error that is %s and that nobody catches ends the process with code 1, and is described like any other',
  async (way) => {
    const crashed = await processes.startScript(
      'test/services/platform/process/crash.ts',
      [way, 'Zibeline'],
      {},
    );
    expect(await crashed.exited).toMatchObject({ code: 1 });
    const [first, ...frames] = crashed.lines;
    expect(first).toBe('crashing: GrammyError: Call to \'sendMessage\' failed! (400: Bad Request: "…")');
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.filter((line) => !/^\s+at /.test(line))).toEqual([]);
  },
);
