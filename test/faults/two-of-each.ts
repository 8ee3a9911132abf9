import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { endOf } from './fixture.ts';
import { startFlow } from './flow.ts';
import { untilMoreThan } from './until.ts';

const NAME = 'two tick services, two of each shard, two senders, two projectors';

/** `runs` is the number of minutes that pass. */
export const twoOfEach: Fault = {
  name: NAME,
  fullRuns: 120,
  async run({ servers, seed, runs }: FaultSettings): Promise<FaultRow> {
    const flow = await startFlow(servers, { minutes: runs + 40 });
    try {
      const { fixture } = flow;
      const [tick] = await Promise.all([
        fixture.start('tick'),
        fixture.start('shards'),
        fixture.start('sender'),
        fixture.start('projector'),
      ]);
      const before = await endOf(fixture, 'TICKS');
      await untilMoreThan(before + runs - 1, () => endOf(fixture, 'TICKS'), 120_000);
      await tick.stop();
      const verdict = await flow.finish();
      return { fault: NAME, runs, ...verdict, recoveryMs: recovery([]), seed };
    } finally {
      await flow.stop();
    }
  },
};
