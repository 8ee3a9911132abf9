import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import { DIGEST, type HabitId } from '#contracts/ids.ts';
import type { Occurrence } from '#contracts/messages.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { State } from '#services/bot/domain/habit-state.ts';
import { isMet, isSettled } from '#services/bot/domain/reminding.ts';
import { localTimeAt } from '#services/platform/local-time/local-time.ts';
import { exponential, happens, oneOf, wholeBetween } from './chances.ts';
import { isPresent, type Life, usableHabits, wakingInstant } from './life.ts';
import type { Reminders } from './reminders.ts';

const MINUTE_MS = 60_000;

/** A day of a habit. */
type HabitDay = { habitId: HabitId; on: LocalDate };

/** Weekends are for other things. */
const WEEKDAY_EFFECT = [1, 1.05, 1.02, 1, 0.95, 0.9, 0.72, 0.78] as const;

const eagerness = ({ traits }: Life, on: LocalDate): number =>
  Math.min(0.97, traits.diligence * (WEEKDAY_EFFECT[weekdayOf(epochDayOf(on))] ?? 1));

/** What a person does about reminders before them: most of those who answer do so within two hours. */
export function answerReminder(
  life: Life,
  reminders: Reminders,
  occurrences: readonly Occurrence[],
  nowMs: number,
): void {
  if (!isPresent(life, nowMs)) return;
  for (const occurrence of occurrences) {
    const { habitId, on } = occurrence;
    if (habitId === DIGEST) continue;
    const share = life.random();
    const eager = eagerness(life, on);
    const day = { habitId, on };
    if (share < 0.72 * eager) {
      const delayMs = Math.min(115, exponential(life.random, 22)) * MINUTE_MS;
      life.at(nowMs + 4_000 + delayMs, (atMs) => answer(life, day, atMs));
    } else if (share < 0.86 * eager) {
      life.at(nowMs + (2 + exponential(life.random, 3)) * 60 * MINUTE_MS, (atMs) => answer(life, day, atMs));
    } else if (share < 0.93 * eager) {
      life.at(nowMs + exponential(life.random, 4) * MINUTE_MS, (atMs) => snooze(life, reminders, day, atMs));
    } else if (share < eager) {
      life.at(nowMs + exponential(life.random, 15) * MINUTE_MS, (atMs) => skip(life, day, atMs));
    }
  }
}

/** Without a reminder, people look in by themselves; and some enter yesterday what they had forgotten. */
export function enterUnasked(life: Life, on: LocalDate): void {
  const yesterday = dateOf(epochDayOf(on) - 1);
  for (const { habitId, state } of usableHabits(life)) {
    if (state.paused || isMet(state, on)) continue;
    const share = state.reminders.length === 0 ? 0.75 : 0.08;
    if (happens(life.random, share * eagerness(life, on)))
      life.at(wakingInstant(life, on), (nowMs) => answer(life, { habitId, on }, nowMs));
    if (happens(life.random, 0.03) && !isSettled(state, yesterday))
      life.at(wakingInstant(life, on), (nowMs) => answer(life, { habitId, on: yesterday }, nowMs));
  }
}

/** One day of a habit is answered, in one tap or several. */
function answer(life: Life, day: HabitDay, nowMs: number): void {
  const state = life.diary.habits().get(day.habitId);
  if (!state || !isPresent(life, nowMs) || isSettled(state, day.on)) return;
  if (happens(life.random, 0.04)) life.at(nowMs + 30_000, (atMs) => note(life, day, atMs));
  if (state.goal.kind === 'yesNo') answerYesNo(life, day, nowMs);
  else if (state.goal.direction === 'atLeast') addUp(life, day, state.goal.target, nowMs);
  else {
    // A limit is kept as a rule, and broken now and then.
    const share = Math.max(0, 0.75 + 0.7 * (life.random() - 0.4));
    checkIn(life, day, roundedTo(state.goal.target * share, state.goal.target), nowMs);
  }
}

function answerYesNo(life: Life, day: HabitDay, nowMs: number): void {
  const isNo = happens(life.random, 0.05);
  const isSlip = happens(life.random, 0.03);
  checkIn(life, day, isNo !== isSlip ? 0 : 1, nowMs);
  if (!isSlip) return;
  // A wrong tap is taken back at once, and mostly put right.
  life.at(nowMs + wholeBetween(life.random, 1_500, 20_000), (atMs) => {
    life.toHabit(atMs, day.habitId, { type: 'ClearEntry', data: { on: day.on } });
    if (happens(life.random, 0.8))
      life.at(atMs + 3_000, (againMs) => checkIn(life, day, isNo ? 0 : 1, againMs));
  });
}

/** An amount grows by quick taps of a part of the target, over minutes or over the day; not every day reaches it. */
function addUp(life: Life, day: HabitDay, target: number, nowMs: number): void {
  const taps = oneOf(life.random, [1, 1, 2, 2, 3, 4]);
  const reach = happens(life.random, 0.75) ? 1 : 0.3 + 0.6 * life.random();
  const amount = Math.max(roundedTo((target * reach) / taps, target), target / 100);
  const gapMs = happens(life.random, 0.5) ? 2_000 : 70 * MINUTE_MS;
  for (let tap = 0; tap < taps; tap++) {
    life.at(nowMs + tap * gapMs, (atMs) => {
      const today = life.diary.today(atMs);
      life.toHabit(atMs, day.habitId, { type: 'AddAmount', data: { on: day.on, amount, today } });
    });
  }
  if (reach === 1 || !happens(life.random, 0.4)) return;
  life.at(nowMs + (taps + 1) * gapMs, (atMs) => closeDay(life, day, atMs));
}

/** Amounts are as round as people enter them. */
function roundedTo(amount: number, target: number): number {
  const step = target >= 500 ? 50 : target >= 10 ? 1 : 0.1;
  return Math.round(Math.round(amount / step) * step * 1000) / 1000;
}

function closeDay(life: Life, { habitId, on }: HabitDay, nowMs: number): void {
  life.toHabit(nowMs, habitId, { type: 'CloseDay', data: { on, today: life.diary.today(nowMs) } });
  if (!happens(life.random, 0.1)) return;
  life.at(nowMs + 10_000, (atMs) => life.toHabit(atMs, habitId, { type: 'ReopenDay', data: { on } }));
}

function checkIn(life: Life, { habitId, on }: HabitDay, value: number, nowMs: number): void {
  life.toHabit(nowMs, habitId, { type: 'CheckIn', data: { on, value, today: life.diary.today(nowMs) } });
}

function skip(life: Life, { habitId, on }: HabitDay, nowMs: number): void {
  const state = life.diary.habits().get(habitId);
  if (!state || isSettled(state, on)) return;
  if (isAmountToReach(state) && happens(life.random, 0.5)) closeDay(life, { habitId, on }, nowMs);
  else life.toHabit(nowMs, habitId, { type: 'SkipDay', data: { on, today: life.diary.today(nowMs) } });
}

const isAmountToReach = ({ goal }: State): boolean => goal.kind === 'numeric' && goal.direction === 'atLeast';

function note(life: Life, { habitId, on }: HabitDay, nowMs: number): void {
  const today = life.diary.today(nowMs);
  const text = `Generated note ${wholeBetween(life.random, 1, 999)}`;
  life.toHabit(nowMs, habitId, { type: 'NoteEntry', data: { on, note: text, today } });
  if (!happens(life.random, 0.08)) return;
  life.at(nowMs + 60_000, (atMs) =>
    life.toHabit(atMs, habitId, { type: 'NoteEntry', data: { on, note: null, today } }),
  );
}

function snooze(life: Life, reminders: Reminders, { habitId, on }: HabitDay, nowMs: number): void {
  const minutes = oneOf(life.random, [15, 30, 60, 60, 180]);
  const untilMs = Math.ceil((nowMs + minutes * MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
  const at = localTimeAt(untilMs, life.diary.account().timezone ?? life.traits.timezone);
  const untilAt = new Date(untilMs).toISOString();
  const nowAt = new Date(nowMs).toISOString();
  const events = life.toHabit(nowMs, habitId, { type: 'SnoozeReminder', data: { on, at, untilAt, nowAt } });
  if (events.length > 0) reminders.snooze({ habitId, on, at, snoozed: true }, untilMs);
}
