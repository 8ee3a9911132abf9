import { existsSync, readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { emptyCalendar, withEntry } from '#services/bot/domain/calendar.ts';
import { score } from '#services/bot/domain/score.ts';
import type { BroughtHabit } from '#services/bot/moving/brought.ts';
import { brought } from './fixture.ts';

/** Exports of real trackers, which do not belong to the project. */
const FOLDER = '/work/shared/loop';

/** The strength of a habit after the day, from what was brought of it. */
function scoreOn(habit: BroughtHabit, on: string): number {
  const calendar = habit.entries.reduce(
    (all, entry) => withEntry(all, entry.on, 'skipped' in entry ? 'skip' : entry.value),
    emptyCalendar,
  );
  return score({ goal: habit.goal, frequency: habit.frequency, calendar }, on).value;
}

describe.skipIf(!existsSync(FOLDER))('exports as they come', () => {
  const file = (name: string) => readFileSync(`${FOLDER}/${name}`);

  it.each([
    ['loop_habits_csv_v2.3.1.zip', 3, 7],
    ['loop-csv-old-codes-10-habits.zip', 10, 491],
    ['loop-v12.db', 9, 164],
    ['loop-v22.db', 2, 1],
    ['habitbull2.csv', 6, 79],
  ])('%s brings %i habits and %i days', async (name, habits, days) => {
    const read = await brought(file(name));
    const total = read.habits.reduce((sum, { entries }) => sum + entries.length, 0);
    expect([read.habits.length, total]).toEqual([habits, days]);
  });

  it.each([
    ['loop_habits_csv_v2.3.1.zip', 0.00005],
    ['loop-csv-old-codes-10-habits.zip', 0.00005],
  ])('%s gives the scores that its Scores.csv has', async (name, mostApart) => {
    const { habits } = await brought(file(name));
    const text = Buffer.from(unzipSync(file(name))['Scores.csv'] ?? []).toString();
    const differences = text
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [on = '', ...scores] = line.split(',');
        return habits.flatMap((habit, index) => {
          const first = habit.entries[0]?.on;
          return first === undefined || on < first
            ? []
            : [{ habit: habit.name, on, by: Math.abs(scoreOn(habit, on) - Number(scores[index])) }];
        });
      });
    expect(differences.filter(({ by }) => by > mostApart)).toEqual([]);
    expect(differences.length).toBeGreaterThan(5);
  });
});
