import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { DomainEvent } from '#contracts/events.ts';
import type { LocalDate } from '#contracts/time.ts';
import { seeded } from '../../capacity/random.ts';
import { ACCOUNT_INCIDENTS, continueReminders, subscribe } from './account-incidents.ts';
import { happens } from './chances.ts';
import { type HistoryMessage, openDiary } from './diary.ts';
import { answerReminder, enterUnasked } from './entries.ts';
import { defineHabit, HABIT_INCIDENTS } from './habit-incidents.ts';
import { instantFor, isPresent, type Life, openClockwork, openLife, wakingInstant } from './life.ts';
import { openReminders, type Reminders } from './reminders.ts';
import { type HistorySettings, traitsOf } from './traits.ts';

const INCIDENTS = [...HABIT_INCIDENTS, ...ACCOUNT_INCIDENTS];

/**
 * Everything that one person did and was sent until the history ends, in the order in which it happened. It depends on
 * the number of the person and the settings alone, so the same person is the same among a thousand and among a million.
 */
export function historyOf(index: number, settings: HistorySettings): readonly HistoryMessage[] {
  const random = seeded(settings.seed, index);
  const traits = traitsOf(index, random, settings);
  const diary = openDiary(index, traits.userId);
  const { at, run } = openClockwork();
  const days = { on: '' };
  const life = openLife({ traits, random, diary, at }, (events, nowMs) => {
    if (days.on !== '' && events.some(movesReminders)) reminders.plan(days.on, nowMs);
  });
  const reminders: Reminders = openReminders({
    life,
    onDelivered: (occurrences, nowMs) => answerReminder(life, reminders, occurrences, nowMs),
    onBlocked: (nowMs) => at(nowMs + 500, (atMs) => life.toAccount(atMs, { type: 'RecordBlock', data: {} })),
  });
  for (const [n, { fromMs, toMs }] of traits.stays.entries()) {
    at(fromMs, (nowMs) => (n === 0 ? arrive(life, nowMs) : comeBack(life, nowMs)));
    at(toMs, (nowMs) => leave(life, nowMs));
  }
  at((traits.stays[0]?.fromMs ?? 0) + 1_000, (nowMs) => beginDay(life.diary.today(nowMs), nowMs));
  run(settings.untilMs);
  return diary.messages();

  /** A day of the calendar: what is due on it, and what the person does by themselves. */
  function beginDay(on: LocalDate, nowMs: number): void {
    days.on = on;
    reminders.plan(on, nowMs);
    if (isPresent(life, nowMs)) spendDay(life, on);
    const next = dateOf(epochDayOf(on) + 1);
    at(Math.max(nowMs + 1, instantFor(life, next, life.diary.account().dayStartsAt)), (thenMs) =>
      beginDay(next, thenMs),
    );
  }
}

/** Whether what is due today may be another after it. */
function movesReminders({ type }: DomainEvent): boolean {
  return MOVING.has(type);
}

const MOVING: ReadonlySet<DomainEvent['type']> = new Set([
  'TimezoneChanged',
  'DayStartChanged',
  'QuietHoursChanged',
  'DigestChanged',
  'HabitDefined',
  'ReminderScheduled',
  'ReminderMoved',
]);

function arrive(life: Life, nowMs: number): void {
  const { traits, random } = life;
  life.toAccount(nowMs, { type: 'RegisterAccount', data: { locale: traits.locale } });
  // Some look at the first question, and go.
  if (happens(random, 0.06)) return;
  life.at(nowMs + 500, (atMs) => {
    life.toAccount(atMs, { type: 'ChangeTimezone', data: { timezone: traits.timezone } });
  });
  life.at(nowMs + 700, (atMs) => defineHabit(life, atMs));
  if (traits.isPremium) life.at(nowMs + 900 + random() * 20 * 86_400_000, (atMs) => subscribe(life, atMs));
}

function comeBack(life: Life, nowMs: number): void {
  life.toAccount(nowMs, { type: 'RecordUnblock', data: {} });
  if (life.diary.isAsked() || life.diary.account().remindersStopped) continueReminders(life, nowMs);
}

function leave(life: Life, nowMs: number): void {
  const { leaving } = life.traits;
  if (leaving === 'blocks') life.toAccount(nowMs, { type: 'RecordBlock', data: {} });
  if (leaving === 'stops') life.toAccount(nowMs, { type: 'StopReminders', data: {} });
}

function spendDay(life: Life, on: LocalDate): void {
  enterUnasked(life, on);
  for (const { perDay, act } of INCIDENTS) {
    if (!happens(life.random, perDay)) continue;
    life.at(wakingInstant(life, on), (nowMs) => {
      if (isPresent(life, nowMs)) act(life, nowMs);
    });
  }
}
