import { fnv1a32 } from '#contracts/ids.ts';
import type { Person } from '../../person.ts';

/** As long as a button and a line of the list can be. */
export const GROUP_LENGTH = 32;

/** The person's own groups, by name. A group is there as long as a habit is in it. */
export function ownGroups({ habits }: Person): string[] {
  const names = habits.flatMap(({ state: { group } }) => (group?.kind === 'named' ? [group.name] : []));
  return [...new Set(names)].sort((a, b) => a.localeCompare(b));
}

/** Callback data has no room for a name: its group is found again by this sign. */
export const signOf = (name: string): string => fnv1a32(name).toString(16).padStart(8, '0');

/** @returns undefined when no habit is in such a group any more. */
export const groupCalled = (person: Person, sign: string): string | undefined =>
  ownGroups(person).find((name) => signOf(name) === sign);
