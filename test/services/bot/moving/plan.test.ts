import { describe, expect, it } from 'vitest';
import { type HabitId, habitIdOfOrigin } from '#contracts/ids.ts';
import * as account from '#services/bot/domain/account.ts';
import * as habit from '#services/bot/domain/habit.ts';
import { evolve, initialState, type State } from '#services/bot/domain/habit-state.ts';
import type { Brought } from '#services/bot/moving/brought.ts';
import { commandsOf, planImport } from '#services/bot/moving/plan.ts';
import type { Person } from '#services/bot/person.ts';
import { asUserId } from '#test/support/ids.ts';
import { brought, HABITS_HEADER, loopFiles, zipOf } from './fixture.ts';

const TODAY = '2024-03-10';
const USER = asUserId('42');

const nobody: Person = {
  userId: USER,
  account: { ...account.initialState(), registered: true },
  habits: [],
  nowMs: Date.parse(`${TODAY}T12:00:00Z`),
  today: TODAY,
};

/** The person after an import, and what was recorded. */
function after(person: Person, file: Brought): { person: Person; events: string[]; habitIds: HabitId[] } {
  const events: string[] = [];
  const plan = planImport(file, person);
  const habits = new Map(person.habits.map(({ habitId, state }) => [habitId, state]));
  let { account: state } = person;
  for (const each of plan.habits) {
    for (const addressed of commandsOf(each, person.today)) {
      if (addressed.to !== 'habit') continue;
      const before = habits.get(addressed.habitId) ?? initialState();
      const decided = habit.decide(addressed.command, before);
      events.push(...decided.map(({ type }) => type));
      habits.set(addressed.habitId, decided.reduce(evolve, before));
    }
  }
  if (plan.habitOrder) {
    const decided = account.decide({ type: 'ReorderHabits', data: { habitIds: plan.habitOrder } }, state);
    events.push(...decided.map(({ type }) => type));
    state = decided.reduce(account.evolve, state);
  }
  const all = [...habits].map(([habitId, habitState]) => ({ habitId, state: habitState }));
  return {
    person: { ...person, account: state, habits: all },
    events,
    habitIds: plan.habits.map(({ habitId }) => habitId),
  };
}

const loop = (changes: Record<string, string> = {}) => brought(zipOf({ ...loopFiles(), ...changes }));
const stateOf = ({ habits }: Person, name: string): State | undefined =>
  habits.find(({ state }) => state.name === name)?.state;

describe('an import', () => {
  it('is as few events as can be, keeps the archive closed and the order of the file', async () => {
    const { person, events, habitIds } = after(nobody, await loop());
    expect(events).toEqual([
      'HabitDefined',
      'EntriesImported',
      'HabitDefined',
      'EntriesImported',
      'HabitArchived',
      'HabitsReordered',
    ]);
    expect(stateOf(person, 'Run')).toMatchObject({ archived: true, brought: { color: 3 } });
    expect(stateOf(person, 'Вода')?.notes).toEqual({ '2024-03-02': 'half, again' });
    expect(person.account.habitOrder).toEqual(habitIds);
  });

  it('of the same file again changes nothing, and one of a later file brings what is new', async () => {
    const { person } = after(nobody, await loop());
    expect(after(person, await loop()).events).toEqual([]);
    const later = await loop({
      '002 Run/Checkmarks.csv': 'Date,Value,Notes\n2024-03-09,YES_MANUAL,\n2024-03-04,YES_MANUAL,wet\n',
    });
    const { person: grown, events } = after(person, later);
    expect(events).toEqual(['EntriesImported']);
    expect(stateOf(grown, 'Run')?.calendar['2024']?.marks.endsWith('01....1')).toBe(true);
  });

  it('brings notes of days without an entry, once, and leaves those that were written here', async () => {
    const noted = (...lines: string[]) =>
      loop({ '002 Run/Checkmarks.csv': `Date,Value,Notes\n${lines.join('\n')}\n` });
    const first = after(nobody, await noted('2024-03-05,UNKNOWN,ill', '2024-03-04,YES_MANUAL,wet'));
    expect(first.events.filter((type) => type === 'EntryNoted')).toHaveLength(1);
    expect(stateOf(first.person, 'Run')?.notes).toEqual({ '2024-03-04': 'wet', '2024-03-05': 'ill' });
    expect(after(first.person, await noted('2024-03-05,UNKNOWN,ill')).events).toEqual([]);

    const later = await noted(
      '2024-03-06,NO,late',
      '2024-03-05,YES_MANUAL,well',
      '2024-03-04,YES_MANUAL,dry',
    );
    const second = after(first.person, later);
    expect(second.events).toEqual(['EntriesImported']);
    const kept = { '2024-03-04': 'wet', '2024-03-05': 'ill', '2024-03-06': 'late' };
    expect(stateOf(second.person, 'Run')?.notes).toEqual(kept);
  });

  it('brings a note that was written beside a day which is here already', async () => {
    const { person } = after(nobody, await loop({ '002 Run/Checkmarks.csv': '2024-03-04,2\n' }));
    expect(after(person, await loop()).events).toEqual(['EntriesImported', 'EntryNoted']);
  });

  it('does not bring an old note twice that the state of the habit has no more', async () => {
    const file = await loop();
    const { person } = after(nobody, file);
    const [water] = person.habits;
    if (!water) throw new Error('no habit');
    const forgotten = { ...water, state: { ...water.state, notes: {} } };
    const notes = new Map([[water.habitId, { '2024-03-02': 'half, again' }]]);
    const [plan] = planImport(file, { ...person, habits: [forgotten] }, notes).habits;
    expect(plan).toMatchObject({ fresh: [], notes: [] });
  });

  it('leaves days as they were answered here, and says how many', async () => {
    const { person } = after(nobody, await loop());
    const [run] = person.habits.filter(({ state }) => state.name === 'Run');
    if (!run) throw new Error('no habit');
    const answered = habit.decide({ type: 'RestoreHabit', data: {} }, run.state).reduce(evolve, run.state);
    const changed = habit
      .decide({ type: 'CheckIn', data: { on: '2024-03-04', value: 0, today: TODAY } }, answered)
      .reduce(evolve, answered);
    const again = { ...person, habits: [{ ...run, state: changed }] };
    const plan = planImport(await loop(), again).habits.find(({ habit: { name } }) => name === 'Run');
    expect(plan).toMatchObject({ fresh: [], same: 1, kept: 1 });
  });

  it('leaves out days in the future, and those of too long ago', async () => {
    const file = await loop({
      '002 Run/Checkmarks.csv': '2024-03-10,2\n2024-03-11,2\n1990-01-01,2\n',
    });
    const [, run] = planImport(file, nobody).habits;
    expect(run).toMatchObject({ future: 1, tooOld: 1, fresh: [{ on: '2024-03-10', value: 1 }] });
  });

  it('finds a habit again that was renamed here, renamed there, or made here', async () => {
    const days = Array.from({ length: 12 }, (_, i) => `2024-02-${i + 10},2`).join('\n');
    const named = (name: string) =>
      brought(
        zipOf({
          'Habits.csv': `${HABITS_HEADER}\n001,${name},YES_NO,,,1,1,#D32F2F,,,,false\n`,
          '001 x/Checkmarks.csv': `${days}\n`,
        }),
      );
    const { person, habitIds } = after(nobody, await named('Run'));
    expect(after(person, await named('Jog')).habitIds).toEqual(habitIds);
    const [run] = person.habits;
    if (!run) throw new Error('no habit');
    const renamed = { ...person, habits: [{ ...run, state: { ...run.state, name: 'Sprint' } }] };
    expect(after(renamed, await named('Run')).events).toEqual([]);
    const own = { ...initialState(), defined: true, name: 'Walk' };
    const walker = { ...nobody, habits: [{ habitId: habitIdOfOrigin(USER, 'made here'), state: own }] };
    expect(after(walker, await named('Walk')).events).toEqual(['EntriesImported', 'HabitsReordered']);
  });

  it('of a habit that was deleted here makes it anew', async () => {
    const { habitIds } = after(nobody, await loop());
    const second = after({ ...nobody, deletedHabits: habitIds }, await loop());
    expect(second.habitIds).not.toEqual(expect.arrayContaining(habitIds));
    expect(second.events.filter((type) => type === 'HabitDefined')).toHaveLength(2);
  });

  it('is refused when the account could not take all habits', async () => {
    const many = Array.from({ length: 499 }, (_, i) => ({
      habitId: habitIdOfOrigin(USER, `own ${i}`),
      state: { ...initialState(), defined: true, name: `Own ${i}` },
    }));
    const file = await loop();
    expect(() => planImport(file, { ...nobody, habits: many })).toThrow('tooManyHabits');
  });
});
