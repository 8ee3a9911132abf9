import { describe, expect, it } from 'vitest';
import type { HabitEvent } from '#contracts/events.ts';
import { type Command, decide } from '#services/bot/domain/habit.ts';
import { after, defined, expectRefusal, later, morning, TODAY as today, water } from './fixture.ts';

const reminderAt = (minute: number): HabitEvent => ({
  type: 'ReminderScheduled',
  data: { at: `10:${String(minute).padStart(2, '0')}`, weekdays: [1] },
});

describe('limits', () => {
  it('twelve reminders, of which one may still change its weekdays', () => {
    const full = after(defined, ...Array.from({ length: 12 }, (_, i) => reminderAt(i)));
    expectRefusal(
      { type: 'ScheduleReminder', data: { at: '09:00', weekdays: [1] } },
      full,
      'TooManyReminders',
    );
    const change: Command = { type: 'ScheduleReminder', data: { at: '10:00', weekdays: [2] } };
    expect(decide(change, full)).toHaveLength(1);
  });

  it('reminders stand in order of their time of day', () => {
    const state = after(defined, reminderAt(30), morning, reminderAt(5));
    expect(state.reminders.map(({ at }) => at)).toStrictEqual(['08:00', '10:05', '10:30']);
  });

  it('no entry in the future, none longer ago than ten thousand days', () => {
    const state = after(defined);
    expectRefusal({ type: 'CheckIn', data: { on: '2026-11-26', value: 1, today } }, state, 'InTheFuture');
    expectRefusal({ type: 'SkipDay', data: { on: '2026-11-26', today } }, state, 'InTheFuture');
    expectRefusal({ type: 'SkipDay', data: { on: '1999-07-09', today } }, state, 'TooLongAgo');
    expectRefusal({ type: 'CheckIn', data: { on: '0001-01-01', value: 1, today } }, state, 'TooLongAgo');
    expect(decide({ type: 'SkipDay', data: { on: '1999-07-10', today } }, state)).toHaveLength(1);
  });

  it.each([2, -1, 0.5, Number.NaN])('a yes/no habit has no value %d', (value) => {
    expectRefusal({ type: 'CheckIn', data: { on: today, value, today } }, after(defined), 'WrongValue');
  });

  it.each([-1, 2e9, Number.NaN, Number.POSITIVE_INFINITY])('a numeric habit has no value %d', (value) => {
    expectRefusal({ type: 'CheckIn', data: { on: today, value, today } }, after(water), 'WrongValue');
  });
});

describe('a snooze', () => {
  const now = { nowAt: '2026-11-25T12:00:00.000Z' };
  const until = (untilAt: string): Command => ({
    type: 'SnoozeReminder',
    data: { ...later, ...now, untilAt },
  });

  it('reaches from a minute to a day ahead', () => {
    expectRefusal(until('2026-11-25T12:00:59.999Z'), after(defined), 'InThePast');
    expectRefusal(until('2026-11-24T12:00:00.000Z'), after(defined), 'InThePast');
    expectRefusal(until('2026-11-26T12:00:00.001Z'), after(defined), 'SnoozeTooLong');
    expect(decide(until('2026-11-25T12:01:00.000Z'), after(defined))).toHaveLength(1);
    expect(decide(until('2026-11-26T12:00:00.000Z'), after(defined))).toHaveLength(1);
  });

  it('is refused for a date answered already and while the habit is paused', () => {
    const snooze: Command = { type: 'SnoozeReminder', data: { ...later, ...now } };
    const skipped: HabitEvent = { type: 'HabitSkipped', data: { on: today } };
    expectRefusal(snooze, after(defined, skipped), 'AlreadyAnswered');
    expect(
      decide(snooze, after(defined, skipped, { type: 'EntryCleared', data: { on: today } })),
    ).toHaveLength(1);
    expectRefusal(snooze, after(defined, { type: 'HabitPaused', data: { on: today } }), 'HabitPaused');
  });
});
