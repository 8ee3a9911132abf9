import { isStoreFull } from '#services/platform/jetstream/errors.ts';
import { whyNotStored } from '#services/platform/jetstream/not-stored.ts';
import { failureRun } from '#services/platform/process/failure-run.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import type { People } from './people.ts';

/** Told at once, and until people have not been refused for so long. */
const REFUSING = { lastsMs: 0, countsForMs: 120_000 };

/**
 * The same, with a check that EVENTS has room: people are told that nothing is saved, their updates are done with that,
 * and no consumer fails.
 */
export function watchedPeople(
  people: People,
  { clock, readiness }: Pick<Ports, 'clock' | 'readiness'>,
): People {
  const run = failureRun(clock, REFUSING);
  readiness?.add({ name: 'events', problem: run.problem });
  return {
    ...people,
    async carryOut(person, commands, metadata) {
      try {
        const after = await people.carryOut(person, commands, metadata);
        if (commands.length > 0) run.succeeded();
        return after;
      } catch (error) {
        if (isStoreFull(error)) run.failed(`nothing can be saved (${whyNotStored(error)})`);
        throw error;
      }
    },
  };
}
