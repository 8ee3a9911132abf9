import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frequency, Goal, Group } from '#contracts/habit-events.ts';
import { localTimeOf } from '#contracts/time.ts';
import { bytesOf, lettersOf } from '#services/bot/features/share/bytes.ts';
import { payloadOf, readSharedHabit } from '#services/bot/features/share/payload.ts';
import { typed } from '#test/support/typed.ts';

const plain = {
  name: 'Read',
  goal: { kind: 'yesNo' } as Goal,
  frequency: { kind: 'daily' } as Frequency,
  emoji: null as string | null,
  group: null as Group | null,
  reminders: [] as { at: string }[],
};

test.each([
  [
    {
      ...plain,
      name: 'Выпить воды',
      emoji: '💧',
      goal: { kind: 'numeric', direction: 'atLeast', target: 8, unit: 'стаканов' },
      reminders: [{ at: '10:00' }, { at: '16:05' }],
    },
  ],
  [{ ...plain, name: 'Принимать витамины', group: { kind: 'part', part: 'morning' } }],
  [
    {
      ...plain,
      name: 'Run',
      emoji: '🏃',
      goal: { kind: 'numeric', direction: 'atLeast', target: 2.5, unit: 'km' },
      frequency: { kind: 'weekdays', weekdays: [1, 3, 7] },
    },
  ],
  [
    {
      ...plain,
      goal: { kind: 'numeric', direction: 'atMost', target: 999_999_999.999, unit: '' },
      frequency: { kind: 'timesPerMonth', times: 31 },
    },
  ],
  [{ ...plain, name: '毎日「読書」', frequency: { kind: 'timesInDays', times: 3, days: 365 } }],
] as [typeof plain][])('what is shared is read again: %j', (habit) => {
  const payload = payloadOf(habit);
  expect(payload).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  const { reminders, emoji, group, ...same } = habit;
  expect(readSharedHabit(typed(payload))).toEqual({
    ...same,
    ...(emoji && { emoji }),
    ...(group && { group }),
    times: reminders.map(({ at }) => at),
    weekdays: [],
    timed: true,
    understood: true,
  });
});

test('what has no room is left out in its order, and a group of the person’s own is theirs', () => {
  const long = {
    ...plain,
    name: 'Ж'.repeat(64),
    emoji: '👨‍👩‍👧',
    reminders: [{ at: '07:01' }, { at: '08:01' }],
  };
  expect(payloadOf(long)).toHaveLength(64);
  const read = readSharedHabit(typed(payloadOf(long)));
  expect(read).toMatchObject({ times: ['07:01'] });
  expect(read?.emoji).toBeUndefined();
  expect(read?.name).toMatch(/^Ж{40,}$/);
  const own = { ...plain, group: { kind: 'named', name: 'Secret' } as never };
  expect(payloadOf(own)).toBe(payloadOf(plain));
});

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 });
const goal = fc.oneof(
  fc.constant<Goal>({ kind: 'yesNo' }),
  fc.record({
    kind: fc.constant('numeric' as const),
    direction: fc.constantFrom('atLeast' as const, 'atMost' as const),
    target: fc.integer({ min: 1, max: 10 ** 9 }).map((thousandths) => thousandths / 1000),
    unit: fc.string({ maxLength: 24 }),
  }),
);

test('any habit fits into 64 letters, and its goal and first time arrive', () => {
  fc.assert(
    fc.property(
      text,
      goal,
      fc.array(fc.integer({ min: 0, max: 1439 }), { maxLength: 12 }),
      (name, wanted, minutes) => {
        const times = [...new Set(minutes.map(localTimeOf))].sort();
        const payload = payloadOf({
          ...plain,
          name: `A${name}`,
          goal: wanted,
          reminders: times.map((at) => ({ at })),
        });
        expect(payload).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
        const read = readSharedHabit(typed(payload));
        expect(read?.times[0]).toBe(times[0]);
        expect(read?.goal?.kind === 'numeric' && read.goal.target).toBe(
          wanted.kind === 'numeric' && wanted.target,
        );
      },
    ),
  );
});

test('letters that nobody’s habit gave make no habit that could not be typed', () => {
  const letter = fc.constantFrom(...'ABCXYZabchxyz0189-_');
  fc.assert(
    fc.property(fc.array(letter, { maxLength: 70 }), (letters) => {
      const read = readSharedHabit(typed(`h${letters.join('')}`));
      if (!read) return;
      expect(read.name?.trim()).toBe(read.name);
      expect(read.name).toMatch(/[\p{L}\p{N}\p{P}\p{S}]/u);
      expect(read.frequency && read.goal).toBeTruthy();
    }),
    { numRuns: 2_000 },
  );
  for (const forged of ['', 'h', 'abc', 'hAAA', 'h****', '\u200b', 'ﷺ'.repeat(4096), `h${'A'.repeat(4096)}`])
    expect(readSharedHabit(typed(forged))).toBeUndefined();
});

test('bytes and letters are each other’s inverse', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect(bytesOf(lettersOf([...bytes]))).toEqual([...bytes]);
    }),
  );
});
