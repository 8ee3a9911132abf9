import type { Habit } from '../../person.ts';

/** In one kind of letters, without what is no letter or digit. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[^\p{L}\p{Nd}]+/gu, ' ')
    .trim();

/** Looks habits up by what people call them. */
export type HabitNames = (words: string) => Habit[];

/**
 * The habits that words may mean: one of exactly that name, else those whose name begins so, else those with a word that
 * begins so, where Russian endings are left out (`воды` for «Пить воду»).
 * @param groups the first of them in which there is one.
 */
export function namesOf(...groups: readonly (readonly Habit[])[]): HabitNames {
  const named = groups.map((habits) =>
    habits
      .filter(({ state }) => !state.archived)
      .map((habit) => ({ habit, name: ` ${plain(habit.state.name)}` })),
  );
  return (words) => {
    const said = ` ${plain(words)}`;
    if (said === ' ') return [];
    const stem = said.length > 4 && !said.includes(' ', 1) ? said.slice(0, -1) : said;
    const tests: ((name: string) => boolean)[] = [
      (name) => name === said,
      (name) => name.startsWith(said),
      (name) => name.includes(said),
      (name) => name.includes(stem),
    ];
    for (const group of named) {
      for (const test of tests) {
        const found = group.filter(({ name }) => test(name));
        if (found.length > 0) return found.map(({ habit }) => habit);
      }
    }
    return [];
  };
}
