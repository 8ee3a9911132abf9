import { existsSync, readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { habitIdOfOrigin } from '#contracts/ids.ts';
import * as account from '#services/bot/domain/account.ts';
import { initialState } from '#services/bot/domain/habit-state.ts';
import type { BroughtHabit } from '#services/bot/moving/brought.ts';
import type { Exported } from '#services/bot/moving/export/exported.ts';
import { loopZip } from '#services/bot/moving/export/loop-zip.ts';
import { asUserId } from '#test/support/ids.ts';
import { brought } from './fixture.ts';
import { calendarOf, scoreOn } from './scores.ts';

/** Exports of real trackers, which do not belong to the project. */
const FOLDER = '/work/shared/loop';

/** What was brought, as it would go out on a date. */
function exportedOf(habits: readonly BroughtHabit[], on: string): Exported {
  return {
    on,
    account: account.initialState(),
    habits: habits.map(
      ({ keys, name, goal, frequency, archived, question, description, color, entries }) => ({
        habitId: habitIdOfOrigin(asUserId('42'), keys[0]),
        state: {
          ...initialState(),
          name,
          goal,
          frequency,
          archived,
          brought: { question, description, color },
          calendar: calendarOf(entries),
        },
        notes: Object.fromEntries(entries.flatMap(({ on: day, note }) => (note ? [[day, note]] : []))),
      }),
    ),
  };
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

  it("Loop's own zip goes out again as it came, file for file", async () => {
    const sent = unzipSync(file('loop_habits_csv_v2.3.1.zip'));
    const { habits } = await brought(file('loop_habits_csv_v2.3.1.zip'));
    const written = unzipSync(loopZip(exportedOf(habits, '2026-07-04')));
    const texts = (files: Record<string, Uint8Array>) =>
      Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes).toString()]));
    expect(texts(written)).toEqual(texts(sent));
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
