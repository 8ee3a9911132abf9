import { describe, expect, it } from 'vitest';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { ImportedEntry } from '#contracts/entry-events.ts';
import type { HabitEvent } from '#contracts/events.ts';
import { entryOn } from '#services/bot/domain/calendar.ts';
import { type Command, decide } from '#services/bot/domain/habit.ts';
import { NOTES_KEPT } from '#services/bot/domain/notes.ts';
import type { RefusalCode } from '#services/bot/domain/refusal.ts';
import { after, defined, expectRefusal, TODAY as today } from './fixture.ts';

const expectRefused = (command: Command, given: HabitEvent[], code: RefusalCode): void =>
  expectRefusal(command, after(...given), code);

const imported = (entries: ImportedEntry[]): HabitEvent => ({ type: 'EntriesImported', data: { entries } });

describe('a note of a day', () => {
  const note = (text: string | null, ...given: HabitEvent[]) =>
    decide({ type: 'NoteEntry', data: { on: today, note: text, today } }, after(...given));
  const noted = (text: string | null): HabitEvent => ({
    type: 'EntryNoted',
    data: { on: today, note: text },
  });

  it('is recorded trimmed, replaced, taken away, and silent when it is so', () => {
    expect(note('  with a friend ', defined)).toEqual([noted('with a friend')]);
    expect(note('with a friend', defined, noted('with a friend'))).toEqual([]);
    expect(note('alone', defined, noted('with a friend'))).toEqual([noted('alone')]);
    expect(note(null, defined, noted('alone'))).toEqual([noted(null)]);
    expect(note(null, defined)).toEqual([]);
  });

  it('may stand on a day without an entry, and says neither nothing nor too much', () => {
    expect(entryOn(after(defined, noted('rain')).calendar, today)).toBeUndefined();
    for (const text of ['', '   ', 'x'.repeat(501)])
      expectRefused({ type: 'NoteEntry', data: { on: today, note: text, today } }, [defined], 'WrongNote');
  });

  it('is kept in the state for the newest dates alone', () => {
    const first = epochDayOf('2025-01-01');
    const many = Array.from({ length: NOTES_KEPT + 20 }, (_, i) => ({
      on: dateOf(first + i),
      value: 1,
      note: `${i}`,
    }));
    const { notes } = after(defined, imported(many));
    expect(Object.keys(notes)).toHaveLength(NOTES_KEPT);
    expect(notes[dateOf(first + 19)]).toBeUndefined();
    expect(notes[dateOf(first + 20)]).toBe('20');
  });
});

describe('notes brought from another tracker', () => {
  const bring = (...notes: [on: string, note: string][]) =>
    decide(
      { type: 'ImportNotes', data: { notes: notes.map(([on, note]) => ({ on, note })), today } },
      after(defined, { type: 'EntryNoted', data: { on: '2026-11-20', note: 'mine' } }),
    );

  it('come to days that have none, of one day the first, and never to days to come', () => {
    expect(
      bring(
        ['2026-11-19', ' ill '],
        ['2026-11-19', 'well'],
        ['2026-11-20', 'theirs'],
        ['2099-01-01', 'later'],
        ['1990-01-01', 'old'],
        ['2026-11-18', ' '],
      ),
    ).toEqual([{ type: 'EntryNoted', data: { on: '2026-11-19', note: 'ill' } }]);
  });
});
