import type { Wait } from '#contracts/callback-data.ts';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import { beginOfMinuteMs, epochMinuteAt, type LocalTime, minutesAfter } from '#contracts/time.ts';
import { instantOf, localDateAt, localTimeAt } from '#services/platform/local-time/local-time.ts';
import { type Card, type Dialog, type HabitDay, IDLE } from '../../conversation/dialog.ts';
import type { Phrase, Screen } from '../../conversation/screen.ts';
import { edit, notice, type Step, send, stay, toast } from '../../conversation/step.ts';
import { whyNoReminders } from '../../domain/account.ts';
import { MAX_SNOOZE_MS, MIN_SNOOZE_MS } from '../../domain/habit-entries.ts';
import { isPausedOn } from '../../domain/habit-state.ts';
import { isSettled } from '../../domain/reminding.ts';
import { type AddressedCommand, habitOf, type Person } from '../../person.ts';
import { type Delay, readDelay } from '../../reading/delay.ts';
import { MINUTES_PER_DAY } from '../../reading/duration.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { without } from '../check-in/dialog.ts';
import { isFree, listOf } from '../check-in/lists.ts';

type Snoozing = Extract<Dialog, { at: 'snoozing' }>;

/** A time that is over today means tomorrow's if that is no farther away than this: `7:00` said at 23:30. */
const NEXT_DATE_MS = 12 * 3_600_000;

/** A tap on Later: the message offers times, and the bot waits for words unless another dialog does. */
export function tapLater(dialog: Dialog, day: HabitDay, askedIn: Card, person: Person): Step {
  const problem = whyNot(day, person);
  if (problem) return { ...showAgain(dialog, day, askedIn), toast: { key: problem } };
  const waiting: Dialog = { at: 'snoozing', day, askedIn };
  const offer: Screen = { screen: 'card', items: askedIn.items, snoozing: day };
  return stay(isFree(dialog) ? waiting : dialog, edit(offer));
}

/** A tap on Later all: the message offers times for all its habits that are open. */
export function tapLaterAll(dialog: Dialog, askedIn: Card, person: Person): Step {
  const [day] = openIn(askedIn, person);
  if (!day) return noneOpen(dialog, askedIn, person);
  const waiting: Dialog = { at: 'snoozing', day, askedIn, all: true };
  const offer: Screen = { screen: 'card', items: askedIn.items, choosing: 'all' };
  return stay(isFree(dialog) ? waiting : dialog, edit(offer));
}

export function tapWaitAll(dialog: Dialog, wait: Wait, askedIn: Card, person: Person): Step {
  const days = openIn(askedIn, person);
  if (days.length === 0) return noneOpen(dialog, askedIn, person);
  const until = untilOf(delayOf(wait), person);
  if ('problem' in until) return toast(dialog, until.problem.key, until.problem.args);
  return {
    dialog: days.reduce(without, dialog),
    commands: days.map((day) => commandFor(day, until, person)),
    shows: [edit(listOf(askedIn))],
    toast: snoozedPhrase(until),
  };
}

const openIn = ({ items }: Card, person: Person): HabitDay[] =>
  items.filter((day) => whyNot(day, person) === undefined);

function noneOpen(dialog: Dialog, askedIn: Card, person: Person): Step {
  const [first] = askedIn.items;
  const why = first && whyNot(first, person);
  return { ...stay(dialog, edit(listOf(askedIn))), toast: { key: why ?? 'refusal-HabitNotFound' } };
}

/** A tap on Back under the offered times, or on a button that no longer applies to its day. */
function showAgain(dialog: Dialog, day: HabitDay, askedIn: Card): Step {
  return stay(without(dialog, day), edit(listOf(askedIn)));
}

export function tapWait(
  dialog: Dialog,
  { day, wait, askedIn }: { day: HabitDay; wait: Wait; askedIn: Card },
  person: Person,
): Step {
  const problem = whyNot(day, person);
  if (problem) return { ...showAgain(dialog, day, askedIn), toast: { key: problem } };
  const until = untilOf(delayOf(wait), person);
  if ('problem' in until) return toast(dialog, until.problem.key, until.problem.args);
  return {
    dialog: without(dialog, day),
    commands: [commandFor(day, until, person)],
    shows: [edit(listOf(askedIn))],
    toast: snoozedPhrase(until),
  };
}

const delayOf = (wait: Wait): Delay =>
  'at' in wait ? { kind: 'at', at: wait.at } : { kind: 'in', minutes: wait.minutes };

/** Words typed after Later. If they cannot be read or done, the bot says so and waits for others. */
export function typeWait(dialog: Snoozing, text: TypedText, person: Person): Step {
  const { day, askedIn } = dialog;
  const delay = readDelay(text);
  if (!delay)
    return stay(dialog, send({ screen: 'notice', phrase: { key: 'wait-unreadable' }, cancel: true }));
  if (dialog.all) return replyToCard(dialog, delay, askedIn, person);
  const problem = whyNot(day, person);
  if (problem) return stay(IDLE, send(notice(problem)));
  return snooze(dialog, { days: [day], delay, askedIn }, person);
}

/** Words sent in reply to a reminder apply to all its habits that are still open. */
export function replyToCard(dialog: Dialog, delay: Delay, card: Card, person: Person): Step {
  const open = openIn(card, person);
  const [first] = card.items;
  if (open.length > 0) return snooze(dialog, { days: open, delay, askedIn: card }, person);
  const why = first && whyNot(first, person);
  return stay(dialog, send(notice(why ?? 'refusal-HabitNotFound')));
}

function snooze(
  dialog: Dialog,
  { days, delay, askedIn }: { days: HabitDay[]; delay: Delay; askedIn: Card },
  person: Person,
): Step {
  const until = untilOf(delay, person);
  if ('problem' in until)
    return stay(dialog, send({ screen: 'notice', phrase: until.problem, cancel: false }));
  const older = askedIn.messageId;
  return {
    dialog: days.reduce(without, dialog),
    commands: days.map((day) => commandFor(day, until, person)),
    shows: [
      ...(older === undefined ? [] : [{ place: { messageId: older }, screen: listOf(askedIn) }]),
      send({ screen: 'notice', phrase: snoozedPhrase(until), cancel: false }),
    ],
  };
}

type Until = { untilMs: number; at: LocalTime; tomorrow: boolean };

/** The instant at which a delay ends, or what to say when it is over already or too far away. */
function untilOf(delay: Delay, person: Person): Until | { problem: Phrase } {
  const { nowMs } = person;
  const timezone = person.account.timezone ?? 'UTC';
  const untilMs = delay.kind === 'in' ? afterMinutes(delay.minutes, nowMs) : atTime(delay, timezone, person);
  if (untilMs - nowMs < MIN_SNOOZE_MS) return { problem: overPhrase(delay) };
  if (untilMs - nowMs > MAX_SNOOZE_MS) return { problem: { key: 'refusal-SnoozeTooLong' } };
  const tomorrow = localDateAt(untilMs, timezone) !== localDateAt(nowMs, timezone);
  return { untilMs, at: localTimeAt(untilMs, timezone), tomorrow };
}

/** Said of a time that is over, or too close to be kept. */
const overPhrase = (delay: Delay): Phrase =>
  delay.kind === 'at' ? { key: 'wait-over', args: { at: delay.at } } : { key: 'refusal-InThePast' };

/**
 * Reminders come at whole minutes: the first one that is not before the wait is over. A wait of a whole day, the longest
 * there is, ends with the last one before it is over.
 */
function afterMinutes(minutes: number, nowMs: number): number {
  const now = epochMinuteAt(nowMs);
  const isWhole = beginOfMinuteMs(now) === nowMs || minutes === MINUTES_PER_DAY;
  return beginOfMinuteMs(minutesAfter(now, isWhole ? minutes : minutes + 1));
}

/** Before the person's day starts, "tomorrow" is the date after their own today, not after the calendar's. */
function atTime(
  { at, day, orAt }: Extract<Delay, { kind: 'at' }>,
  timezone: string,
  { nowMs, today }: Person,
): number {
  if (day === 'tomorrow') return instantOf(dateAfter(today), at, timezone);
  const date = localDateAt(nowMs, timezone);
  const untilMs = instantOf(date, at, timezone);
  if (day === 'today' || untilMs - nowMs >= MIN_SNOOZE_MS) return untilMs;
  const laterMs = orAt === undefined ? untilMs : instantOf(date, orAt, timezone);
  if (laterMs - nowMs >= MIN_SNOOZE_MS) return laterMs;
  const nextMs = instantOf(dateAfter(date), at, timezone);
  return nextMs - nowMs <= NEXT_DATE_MS ? nextMs : untilMs;
}

const dateAfter = (on: string) => dateOf(epochDayOf(on) + 1);

function commandFor({ habitId, on }: HabitDay, { untilMs, at }: Until, { nowMs }: Person): AddressedCommand {
  const untilAt = new Date(untilMs).toISOString();
  const data = { on, at, untilAt, nowAt: new Date(nowMs).toISOString() };
  return { to: 'habit', habitId, command: { type: 'SnoozeReminder', data } };
}

const snoozedPhrase = ({ at, tomorrow }: Until): Phrase => ({
  key: tomorrow ? 'snoozed-tomorrow' : 'snoozed',
  args: { at },
});

const NO_REMINDERS = { stopped: 'reminders-are-off', vacation: 'wait-vacation' } as const;

/** Why a day cannot be snoozed, as the key of a text; undefined if it can. */
function whyNot({ habitId, on }: HabitDay, person: Person): string | undefined {
  const habit = habitOf(person, habitId);
  if (!habit) return 'refusal-HabitNotFound';
  if (habit.archived) return 'refusal-HabitArchived';
  if (isPausedOn(habit, on)) return 'refusal-HabitPaused';
  if (isSettled(habit, on)) return 'refusal-AlreadyAnswered';
  const why = whyNoReminders(on, person.account);
  return why && NO_REMINDERS[why];
}
