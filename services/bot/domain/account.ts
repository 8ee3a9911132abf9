import { type Clock, type Digest, type Locale, MAX_HABITS } from '#contracts/account-events.ts';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { AccountEvent } from '#contracts/events.ts';
import type { WindowMinutes } from '#contracts/habit-events.ts';
import type { HabitId } from '#contracts/ids.ts';
import {
  type DailyHours,
  DateRange,
  DayStart,
  type LocalDate,
  type LocalTime,
  type TimeZone,
} from '#contracts/time.ts';
import type { AccountCommand } from './account-commands.ts';
import { decidePremium, evolvePremium, NO_PREMIUM, type Premium } from './premium.ts';
import { Refusal } from './refusal.ts';

/**
 * An account as its events left it. `timezone` is null until the person has chosen one. Of `vacations`, the last one may
 * be running or to come; the others are past, and kept because they excuse days.
 */
export type State = {
  readonly registered: boolean;
  readonly locale: Locale;
  readonly timezone: TimeZone | null;
  readonly blocked: boolean;
  readonly dayStartsAt: LocalTime;
  readonly quiet: DailyHours | null;
  readonly vacations: readonly DateRange[];
  /** The person wants no reminders of any habit. */
  readonly remindersStopped: boolean;
  /** When they last said that they want reminders. */
  readonly continuedOn: LocalDate | null;
  /** When they were last asked, after a long silence, whether they do. A check-in since then is an answer too. */
  readonly askedOn: LocalDate | null;
  /** Habits as the person wants to see them, first to last; those not in it come after them. */
  readonly habitOrder: readonly HabitId[];
  /** How flexible new reminders are; null for their exact times. */
  readonly defaultWindow: WindowMinutes | null;
  readonly digest: Digest | null;
  /** Null until they chose: then it follows their language. */
  readonly clock: Clock | null;
  readonly premium: Premium;
};

/** Raise it when {@link State} or {@link evolve} change: snapshots of another shape are rebuilt from the log. */
export const shapeVersion = 4;

/** A longer vacation is a habit given up. */
export const MAX_VACATION_DAYS = 366;

export function initialState(): State {
  return {
    registered: false,
    locale: 'en',
    timezone: null,
    blocked: false,
    dayStartsAt: '00:00',
    quiet: null,
    vacations: [],
    remindersStopped: false,
    continuedOn: null,
    askedOn: null,
    habitOrder: [],
    defaultWindow: null,
    digest: null,
    clock: null,
    premium: NO_PREMIUM,
  };
}

export function evolve(state: State, event: AccountEvent): State {
  switch (event.type) {
    case 'AccountRegistered':
      return { ...state, registered: true, locale: event.data.locale };
    case 'LocaleChanged':
      return { ...state, locale: event.data.locale };
    case 'TimezoneChanged':
      return { ...state, timezone: event.data.timezone };
    case 'BotBlocked':
      return { ...state, blocked: true };
    case 'BotUnblocked':
      return { ...state, blocked: false };
    case 'DayStartChanged':
      return { ...state, dayStartsAt: event.data.dayStartsAt };
    case 'QuietHoursChanged':
      return { ...state, quiet: event.data.quiet };
    case 'VacationPlanned':
      return { ...state, vacations: [...state.vacations, event.data] };
    case 'VacationCancelled':
      return { ...state, vacations: endedBefore(event.data.on, state.vacations) };
    case 'ContinuationAsked':
      return { ...state, askedOn: event.data.on };
    case 'RemindersStopped':
      return { ...state, remindersStopped: true };
    case 'RemindersContinued':
      return { ...state, remindersStopped: false, continuedOn: event.data.on };
    case 'HabitsReordered':
      return { ...state, habitOrder: event.data.habitIds };
    case 'DefaultWindowChanged':
      return { ...state, defaultWindow: event.data.windowMinutes };
    case 'DigestChanged':
      return { ...state, digest: event.data.digest };
    case 'ClockChanged':
      return { ...state, clock: event.data.clock };
    case 'PremiumGranted':
    case 'PremiumCancelled':
    case 'PremiumResumed':
    case 'PremiumRefunded':
      return { ...state, premium: evolvePremium(state.premium, event) };
  }
}

/** The vacation that runs on a date or is to come. */
export function vacationFrom(
  today: LocalDate,
  { vacations }: Pick<State, 'vacations'>,
): DateRange | undefined {
  return vacations.find(({ to }) => to >= today);
}

/** A pause of everything until the person comes back is the longest vacation there is. */
export const isUntilBack = ({ from, to }: DateRange): boolean =>
  epochDayOf(to) - epochDayOf(from) >= MAX_VACATION_DAYS - 1;

/** Why no habit's reminder of a date comes; undefined if they come. */
export function whyNoReminders(
  on: LocalDate,
  { remindersStopped, vacations }: Pick<State, 'remindersStopped' | 'vacations'>,
): 'stopped' | 'vacation' | undefined {
  if (remindersStopped) return 'stopped';
  return vacations.some(({ from, to }) => from <= on && on <= to) ? 'vacation' : undefined;
}

function endedBefore(on: LocalDate, vacations: readonly DateRange[]): DateRange[] {
  const last = dateOf(epochDayOf(on) - 1);
  return vacations.filter(({ from }) => from < on).map(({ from, to }) => ({ from, to: to < on ? to : last }));
}

/**
 * @returns the events to append; none when it is already so.
 * @throws {Refusal} `NotRegistered` for everything but registering; otherwise a code that says why not.
 */
export function decide(command: AccountCommand, state: State): AccountEvent[] {
  // A second Start does not take back a language chosen since the first one.
  if (command.type === 'RegisterAccount') {
    return state.registered ? [] : [{ type: 'AccountRegistered', data: { locale: command.data.locale } }];
  }
  if (!state.registered) throw new Refusal('NotRegistered');
  switch (command.type) {
    case 'ChangeLocale': {
      const { locale } = command.data;
      return state.locale === locale ? [] : [{ type: 'LocaleChanged', data: { locale } }];
    }
    case 'ChangeTimezone': {
      const { timezone } = command.data;
      return state.timezone === timezone ? [] : [{ type: 'TimezoneChanged', data: { timezone } }];
    }
    case 'RecordBlock':
      return state.blocked ? [] : [{ type: 'BotBlocked', data: {} }];
    case 'RecordUnblock':
      return state.blocked ? [{ type: 'BotUnblocked', data: {} }] : [];
    case 'ChangeDayStart':
      return changeDayStart(command.data.dayStartsAt, state);
    case 'ChangeQuietHours':
      return changeQuietHours(command.data.quiet, state);
    case 'PlanVacation':
      return planVacation(command.data, state);
    case 'CancelVacation':
      return cancelVacation(command.data.today, state);
    case 'ReorderHabits':
      return reorder(command.data.habitIds, state);
    case 'ChangeDefaultWindow': {
      const { windowMinutes } = command.data;
      if (windowMinutes === state.defaultWindow) return [];
      return [{ type: 'DefaultWindowChanged', data: { windowMinutes } }];
    }
    case 'ChangeDigest':
      return changeDigest(command.data.digest, state);
    case 'ChangeClock': {
      const { clock } = command.data;
      return clock === state.clock ? [] : [{ type: 'ClockChanged', data: { clock } }];
    }
    case 'StopReminders':
      return state.remindersStopped ? [] : [{ type: 'RemindersStopped', data: {} }];
    case 'ContinueReminders':
      return continueReminders(command.data.today, state);
    case 'RecordContinuationAsked': {
      const { on } = command.data;
      const isKnown = state.askedOn !== null && on <= state.askedOn;
      return isKnown ? [] : [{ type: 'ContinuationAsked', data: { on } }];
    }
    case 'GrantPremium':
    case 'CancelPremium':
    case 'ResumePremium':
    case 'RefundPremium':
      return decidePremium(command, state.premium);
  }
}

function reorder(habitIds: readonly HabitId[], { habitOrder }: State): AccountEvent[] {
  const wanted = [...new Set(habitIds)].slice(0, MAX_HABITS);
  return wanted.join() === habitOrder.join() ? [] : [{ type: 'HabitsReordered', data: { habitIds: wanted } }];
}

function changeDigest(digest: Digest | null, state: State): AccountEvent[] {
  const isSo = digest?.weekday === state.digest?.weekday && digest?.at === state.digest?.at;
  return isSo ? [] : [{ type: 'DigestChanged', data: { digest } }];
}

function changeDayStart(wanted: LocalTime, state: State): AccountEvent[] {
  const dayStartsAt = DayStart.safeParse(wanted);
  if (!dayStartsAt.success) throw new Refusal('WrongDayStart');
  return state.dayStartsAt === wanted ? [] : [{ type: 'DayStartChanged', data: { dayStartsAt: wanted } }];
}

function changeQuietHours(quiet: DailyHours | null, state: State): AccountEvent[] {
  if (quiet !== null && quiet.from === quiet.to) throw new Refusal('WrongHours');
  const isSo = quiet?.from === state.quiet?.from && quiet?.to === state.quiet?.to;
  return isSo ? [] : [{ type: 'QuietHoursChanged', data: { quiet } }];
}

/** One vacation is planned at a time: it takes the place of what is left of another, in the same decision. */
function planVacation(
  { from, to, today }: { from: LocalDate; to: LocalDate; today: LocalDate },
  state: State,
): AccountEvent[] {
  if (!DateRange.safeParse({ from, to }).success) throw new Refusal('WrongDates');
  if (to < today) throw new Refusal('InThePast');
  if (epochDayOf(to) - epochDayOf(from) >= MAX_VACATION_DAYS) throw new Refusal('VacationTooLong');
  const planned = vacationFrom(today, state);
  if (planned?.from === from && planned.to === to) return [];
  return [...cancelVacation(today, state), { type: 'VacationPlanned', data: { from, to } }];
}

function cancelVacation(today: LocalDate, state: State): AccountEvent[] {
  return vacationFrom(today, state) ? [{ type: 'VacationCancelled', data: { on: today } }] : [];
}

function continueReminders(today: LocalDate, { remindersStopped, continuedOn }: State): AccountEvent[] {
  if (!remindersStopped && continuedOn === today) return [];
  return [{ type: 'RemindersContinued', data: { on: today } }];
}
