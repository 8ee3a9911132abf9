import type { EventMetadata } from '#contracts/events.ts';
import type { People } from '../people.ts';
import type { AddressedCommand, Person } from '../person.ts';
import { commandsOf, type ImportPlan } from './plan.ts';

/** Habits that are brought at once: their events are of different subjects, so that they wait side by side. */
const AT_ONCE = 4;

/**
 * Carries out a plan: for each habit one definition, as few messages of days as the store takes, and whether it is archived;
 * at last the order in which all are shown. Interrupted anywhere, a later plan holds the rest.
 */
export async function carryOutImport(
  people: Pick<People, 'carryOut'>,
  person: Person,
  { habits, habitOrder }: ImportPlan,
  metadata: EventMetadata,
): Promise<void> {
  const waiting = habits.map((plan) => commandsOf(plan, person.today)).filter((each) => each.length > 0);
  const bringNext = async (): Promise<void> => {
    for (let commands = waiting.shift(); commands; commands = waiting.shift())
      await people.carryOut(person, commands, metadata);
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, bringNext));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  if (habitOrder) await people.carryOut(person, [reordered(habitOrder)], metadata);
}

const reordered = (habitIds: NonNullable<ImportPlan['habitOrder']>): AddressedCommand => ({
  to: 'account',
  command: { type: 'ReorderHabits', data: { habitIds } },
});
