import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Group } from '#contracts/habit-events.ts';
import { inOrder, sectionsOf } from '#contracts/habit-order.ts';
import { initialState } from '#services/bot/domain/habit-state.ts';
import type { Habit } from '#services/bot/person.ts';
import { asHabitId } from '../support/ids.ts';

const idOf = (letter: string) => asHabitId(letter.repeat(13));
const habit = (letter: string, name: string, group: Group | null = null): Habit => ({
  habitId: idOf(letter),
  state: { ...initialState(), defined: true, name, group },
});
const part = (name: 'morning' | 'afternoon' | 'evening'): Group => ({ kind: 'part', part: name });
const named = (name: string): Group => ({ kind: 'named', name });
const names = (habits: readonly Habit[]) => habits.map(({ state }) => state.name);

test('without an order habits stand by name; equal names by their ids', () => {
  const habits = [habit('c', 'Read'), habit('b', 'Walk'), habit('a', 'Read')];
  expect(inOrder(habits, []).map(({ habitId }) => habitId)).toEqual([idOf('a'), idOf('c'), idOf('b')]);
});

test('the chosen order comes first, and ids that are gone do no harm', () => {
  const habits = [habit('a', 'Yoga'), habit('b', 'Walk'), habit('c', 'Read')];
  expect(names(inOrder(habits, [idOf('d'), idOf('a')]))).toEqual(['Yoga', 'Read', 'Walk']);
});

test('parts of the day come in their order, then named groups as the order has them, then the rest', () => {
  const habits = [
    habit('a', 'Anything'),
    habit('b', 'Bed', part('evening')),
    habit('c', 'Chores', named('Home')),
    habit('d', 'Dog', part('morning')),
    habit('e', 'Emails', named('Work')),
    habit('f', 'Fruit', part('afternoon')),
    habit('g', 'Gym', part('morning')),
  ];
  const ordered = inOrder(habits, [idOf('g'), idOf('e')]);
  expect(names(ordered)).toEqual(['Gym', 'Dog', 'Fruit', 'Bed', 'Emails', 'Chores', 'Anything']);
  expect(sectionsOf(ordered).map(({ group, habits: of }) => [group, names(of)])).toEqual([
    [part('morning'), ['Gym', 'Dog']],
    [part('afternoon'), ['Fruit']],
    [part('evening'), ['Bed']],
    [named('Work'), ['Emails']],
    [named('Home'), ['Chores']],
    [null, ['Anything']],
  ]);
});

test('whatever the groups and the order, no habit is lost or shown twice', () => {
  const letter = fc.constantFrom(...'abcdefgh');
  const group = fc.constantFrom(null, part('morning'), part('evening'), named('Home'), named('Work'));
  const habits = fc.uniqueArray(
    fc.record({ letter, group }).map((one) => habit(one.letter, one.letter, one.group)),
    { selector: ({ habitId }) => habitId },
  );
  fc.assert(
    fc.property(habits, fc.array(letter.map(idOf)), (all, chosen) => {
      const ordered = inOrder(all, chosen);
      expect(names(ordered).toSorted()).toEqual(names(all).toSorted());
      expect(sectionsOf(ordered).flatMap((section) => section.habits)).toEqual(ordered);
      expect(inOrder(ordered.toReversed(), chosen)).toEqual(ordered);
    }),
  );
});
