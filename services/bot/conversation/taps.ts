import { z } from 'zod';
import { Clock, Locale } from '#contracts/account-events.ts';
import { CONTINUE_REMINDERS, callbackFields, STOP_REMINDERS, WEEK_STATS } from '#contracts/callback-data.ts';
import { HabitEmoji } from '#contracts/habit-events.ts';
import { HabitId } from '#contracts/ids.ts';
import { LocalDate, TimeZone } from '#contracts/time.ts';
import { Period, Theme } from './period.ts';
import { Question, Reminded } from './screen.ts';
import { amount, offset, page, small, time, weekday, weekdays } from './tap-values.ts';

/*
 * Callback data of the buttons on the bot's own screens; that of buttons under a reminder is in
 * contracts/callback-data.ts. Data is a name and its values, separated by colons, at most 64 bytes. It names the state
 * wanted, never "the other one": a tap handled twice changes nothing the second time.
 */

const habit = { habitId: HabitId };
const day = { habitId: HabitId, on: LocalDate, page };

/** Under a habit on the list of a day. The names of the actions are those of contracts/callback-data.ts. */
const dayShapes = {
  dayDone: day,
  dayNo: day,
  daySkip: day,
  dayUndo: day,
  daySkipAnyway: day,
  dayNoAnyway: day,
  dayOther: day,
  dayNote: day,
  dayOpen: day,
  dayShow: day,
  dayAmount: { ...day, value: amount },
  dayAdd: { ...day, value: amount },
} as const;

/** Under the list of a day: another day, the month of a date, and all that is open, of one group or of the whole day. */
const listShapes = {
  month: { on: LocalDate },
  habitMonth: { ...habit, on: LocalDate },
  habitOn: { ...habit, on: LocalDate },
  dayList: { on: LocalDate, page },
  dayAll: { on: LocalDate, page },
  dayAllOf: { on: LocalDate, page, group: z.string().regex(/^[0-9a-z]{1,7}$/) },
} as const;

/** On the screens of one habit. */
const habitShapes = {
  habit,
  undoNew: habit,
  rename: habit,
  pause: habit,
  pauseTo: { ...habit, to: LocalDate },
  pauseOpen: habit,
  resume: habit,
  putAway: habit,
  restore: habit,
  reminders: habit,
  addReminder: habit,
  reminder: { ...habit, at: time },
  remind: { ...habit, at: time },
  remindOn: { ...habit, at: time, weekdays },
  remindNot: { ...habit, at: time },
  flexible: { ...habit, at: time },
  remindWithin: { ...habit, at: time, minutes: small },
  moveReminder: { ...habit, at: time },
  moveTo: { ...habit, at: time, to: time },
} as const;

/** What a habit becomes, or that it goes for good. */
const editShapes = {
  editHabit: habit,
  editGoal: habit,
  editOften: habit,
  emoji: habit,
  emojiIs: { ...habit, emoji: HabitEmoji },
  noEmoji: habit,
  group: habit,
  groupPart: { ...habit, part: z.enum(['morning', 'afternoon', 'evening']) },
  groupIs: { ...habit, sign: z.string().regex(/^[0-9a-f]{8}$/) },
  noGroup: habit,
  newGroup: habit,
  remindWhenMet: { ...habit, remind: z.enum(['yes', 'no']) },
  delete: habit,
  deleteForGood: habit,
} as const;

const settingsShapes = {
  settings: {},
  dayStart: {},
  dayStartsAt: { at: time },
  quiet: {},
  quietHours: { from: time, to: time },
  noQuiet: {},
  vacation: {},
  away: { from: LocalDate, to: LocalDate },
  noVacation: {},
  useClock: { clock: Clock },
  window: {},
  windowIs: { minutes: small },
  remindersOn: {},
  remindersOff: {},
  [CONTINUE_REMINDERS]: {},
  [STOP_REMINDERS]: {},
} as const;

/** On the screens of premium. They name the renewal that is wanted. */
const premiumShapes = { premium: {}, askRenewalOff: {}, renewalOff: {}, renewalOn: {} } as const;

/** On the steps of a new habit. */
const draftShapes = {
  idea: { index: small },
  counted: { as: z.enum(['yesNo', 'numeric']) },
  goal: { direction: z.enum(['atLeast', 'atMost']) },
  often: {
    how: z.enum(['daily', 'weekdays', 'timesAWeek', 'timesPerWeek', 'timesPerMonth', 'everyDays']),
  },
  draftDays: { weekdays },
  draftDaysReady: {},
  timesAWeek: { times: small },
  timesPerWeek: { times: small },
  timesPerMonth: { times: small },
  everyDays: { days: small },
  draftPart: { part: z.enum(['morning', 'afternoon', 'evening', 'none']) },
  draftStep: { step: z.enum(['name', 'templates', 'counted', 'often', 'times', 'part']) },
  draftTime: { at: time },
  draftNoTime: { at: time },
  draftFlexible: {},
  draftWithin: { minutes: small },
  draftTimesReady: {},
  create: {},
} as const;

/** Under what a file holds, and where one is asked for. */
const movingShapes = {
  importFile: { dates: z.enum(['plain', 'dayFirst', 'monthFirst']) },
  importDates: { dates: z.enum(['dayFirst', 'monthFirst']) },
  importNot: {},
  export: {},
  exportAs: { form: z.enum(['loopDb', 'loopZip', 'csv', 'json']) },
} as const;

const looking = { span: Period.shape.span, on: LocalDate };

/** Under statistics, and to them. */
const statsShapes = {
  stats: { ...looking, page, theme: Theme },
  habitStats: { ...habit, ...looking, theme: Theme },
  openStats: habit,
  [WEEK_STATS]: { on: LocalDate },
  digest: {},
  digestOn: { weekday, at: time },
  noDigest: {},
} as const;

/** These work before a timezone is chosen, those on the way to being forgotten among them. */
const forgetShapes = { forgetMe: {}, forgetSure: {}, forgetNow: {}, forgetNot: {} } as const;
const timelessShapes = {
  clocks: {},
  clocksPage: { page },
  clock: { offset },
  zone: { timezone: TimeZone },
  language: { locale: Locale },
  /** As messages of earlier versions have it: of whatever is asked now. */
  cancel: {},
  cancelQuestion: { at: Question.shape.at },
  cancelOf: { at: Question.shape.at, ...habit },
} as const;

/** From one screen to another. */
const screenShapes = {
  today: { page },
  habits: { page },
  arrange: { page },
  share: habit,
  placeAt: { ...habit, place: page, page },
  archive: { page },
  help: {},
  changeZone: {},
  newHabit: {},
  back: {},
  /** To what a dialog still waits for: asked again in full, called off, or a habit in the making taken up or given up. */
  goOn: {},
  drop: { screen: Reminded.shape.screen, at: Reminded.shape.at },
  resumeDraft: {},
  startOver: {},
} as const;

const shapes = {
  ...dayShapes,
  ...listShapes,
  ...habitShapes,
  ...editShapes,
  ...settingsShapes,
  ...premiumShapes,
  ...draftShapes,
  ...movingShapes,
  ...statsShapes,
  ...forgetShapes,
  ...timelessShapes,
  ...screenShapes,
};

type TapOf<S extends Record<string, Record<string, z.ZodType>>> = {
  [N in keyof S]: { tap: N } & { [K in keyof S[N]]: z.output<S[N][K]> };
}[keyof S];

export type DayTap = TapOf<typeof dayShapes>;
export type ListTap = TapOf<typeof listShapes>;
export type HabitTap = TapOf<typeof habitShapes>;
export type EditTap = TapOf<typeof editShapes>;
export type SettingsTap = TapOf<typeof settingsShapes>;
export type PremiumTap = TapOf<typeof premiumShapes>;
export type StatsTap = TapOf<typeof statsShapes>;
export type DraftTap = TapOf<typeof draftShapes>;
export type ForgetTap = TapOf<typeof forgetShapes>;
export type MovingTap = TapOf<typeof movingShapes>;
export type Tap = TapOf<typeof shapes>;

export const isDayTap = (tap: Tap): tap is DayTap => Object.hasOwn(dayShapes, tap.tap);
export const isListTap = (tap: Tap): tap is ListTap => Object.hasOwn(listShapes, tap.tap);
export const isHabitTap = (tap: Tap): tap is HabitTap => Object.hasOwn(habitShapes, tap.tap);
export const isEditTap = (tap: Tap): tap is EditTap => Object.hasOwn(editShapes, tap.tap);
export const isSettingsTap = (tap: Tap): tap is SettingsTap => Object.hasOwn(settingsShapes, tap.tap);
export const isPremiumTap = (tap: Tap): tap is PremiumTap => Object.hasOwn(premiumShapes, tap.tap);
export const isForgetTap = (tap: Tap): tap is ForgetTap => Object.hasOwn(forgetShapes, tap.tap);
export const isMovingTap = (tap: Tap): tap is MovingTap => Object.hasOwn(movingShapes, tap.tap);
export const isStatsTap = (tap: Tap): tap is StatsTap => Object.hasOwn(statsShapes, tap.tap);
export const isDraftTap = (tap: Tap): tap is DraftTap => Object.hasOwn(draftShapes, tap.tap);

/** Callback data of a button. */
export function tapData(tap: Tap): string {
  const { tap: name, ...values } = tap;
  const encoded: Record<string, unknown> = z.encode(z.object(shapes[name]), values as never);
  return [name, ...Object.keys(shapes[name]).map((key) => encoded[key])].join(':');
}

/** @returns undefined for data that none of these buttons carries: it may be forged, or of another version. */
export function parseTap(data: string): Tap | undefined {
  const [name = '', ...tokens] = callbackFields(data);
  if (!isTapName(name)) return undefined;
  const keys = Object.keys(shapes[name]);
  if (tokens.length !== keys.length) return undefined;
  const values = Object.fromEntries(keys.map((key, index) => [key, tokens[index]]));
  const parsed = z.object(shapes[name]).safeParse(values);
  return parsed.success ? ({ tap: name, ...parsed.data } as Tap) : undefined;
}

function isTapName(name: string): name is Tap['tap'] {
  return Object.hasOwn(shapes, name);
}
