import { z } from 'zod';
import { HabitId } from '#contracts/ids.ts';
import { LocalDate, LocalTime } from '#contracts/time.ts';
import { Draft, DraftStep, HabitDay, OfferedZone } from './dialog.ts';
import { Period, Theme } from './period.ts';

/** A text by its key; what a person typed goes in as an argument. */
export const Phrase = z.object({
  key: z.string(),
  args: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type Phrase = z.infer<typeof Phrase>;

const ofHabit = { habitId: HabitId };

/** Of one of the habits in a list: it is asked how much, shows all its buttons, or is asked whether to change what is done. */
const focus = {
  asking: HabitDay.optional(),
  unfolded: HabitDay.optional(),
  instead: HabitDay.extend({ of: z.enum(['skip', 'no']) }).optional(),
};

/**
 * What to show, without its text: the text is rendered from the state of the moment, so that a repeated update shows what
 * is true now. Stored with the dialog.
 */
export const Screen = z.discriminatedUnion('screen', [
  z.object({ screen: z.literal('notice'), phrase: Phrase, cancel: z.boolean() }),
  z.object({ screen: z.literal('welcomeBack') }),
  z.object({ screen: z.literal('help') }),
  z.object({ screen: z.literal('askTimezone'), why: z.enum(['welcome', 'needed', 'change']) }),
  z.object({ screen: z.literal('clocks'), page: z.int().optional() }),
  z.object({
    screen: z.literal('zones'),
    zones: z.array(OfferedZone),
    /** What the words were understood as; `named` is a short text that several zones go by. */
    means: z.enum(['place', 'abbreviation', 'clock', 'border']).optional(),
    named: z.string().optional(),
  }),
  z.object({ screen: z.literal('timezoneSet'), place: z.string().optional() }),
  z.object({ screen: z.literal('firstSteps'), withZone: z.boolean(), place: z.string().optional() }),
  z.object({ screen: z.literal('firstHabit') }),
  z.object({ screen: z.literal('unfinished'), name: z.string() }),
  z.object({ screen: z.literal('draft'), step: DraftStep, draft: Draft }),
  z.object({ screen: z.literal('habitCreated'), ...ofHabit }),
  z.object({ screen: z.literal('today'), page: z.int(), on: LocalDate.optional(), ...focus }),
  /** The month of `on`, of one habit or of all. */
  z.object({ screen: z.literal('calendar'), on: LocalDate, of: HabitId.optional() }),
  z.object({ screen: z.literal('habits'), page: z.int(), archived: z.boolean() }),
  z.object({ screen: z.literal('arrangement'), page: z.int() }),
  z.object({ screen: z.literal('habit'), ...ofHabit }),
  z.object({ screen: z.literal('rename'), ...ofHabit }),
  z.object({ screen: z.literal('pauseHabit'), ...ofHabit }),
  z.object({ screen: z.literal('reminders'), ...ofHabit }),
  z.object({ screen: z.literal('addReminder'), ...ofHabit }),
  z.object({ screen: z.literal('reminder'), ...ofHabit, at: LocalTime }),
  z.object({ screen: z.literal('flexible'), ...ofHabit, at: LocalTime }),
  z.object({ screen: z.literal('moveReminder'), ...ofHabit, at: LocalTime }),
  z.object({ screen: z.literal('editHabit'), ...ofHabit }),
  z.object({ screen: z.literal('chooseEmoji'), ...ofHabit }),
  z.object({ screen: z.literal('chooseGroup'), ...ofHabit }),
  z.object({ screen: z.literal('nameGroup'), ...ofHabit }),
  z.object({ screen: z.literal('deleteHabit'), ...ofHabit }),
  z.object({ screen: z.literal('shareHabit'), ...ofHabit, link: z.string() }),
  z.object({ screen: z.literal('answered'), day: HabitDay }),
  /** An answer that may be for several habits. */
  z.object({
    screen: z.literal('which'),
    answers: z.array(
      HabitDay.extend({
        action: z.enum(['done', 'no', 'skip', 'amount', 'add']),
        value: z.number().optional(),
      }),
    ),
  }),
  z.object({ screen: z.literal('stats'), period: Period, page: z.int(), theme: Theme }),
  z.object({ screen: z.literal('digest') }),
  z.object({ screen: z.literal('habitStats'), ...ofHabit, period: Period, theme: Theme }),
  z.object({ screen: z.literal('settings') }),
  z.object({ screen: z.literal('dayStart') }),
  z.object({ screen: z.literal('quietHours') }),
  z.object({ screen: z.literal('vacation') }),
  z.object({ screen: z.literal('defaultWindow') }),
  z.object({ screen: z.literal('reminding') }),
  z.object({ screen: z.literal('export') }),
  z.object({ screen: z.literal('forget'), step: z.enum(['offered', 'sure']) }),
  z.object({
    screen: z.literal('premium'),
    offer: z
      .object({ link: z.url().max(512), stars: z.int(), freeHabits: z.int(), freeReminders: z.int() })
      .optional(),
  }),
  z.object({ screen: z.literal('cancelPremium') }),
  z.object({ screen: z.literal('limit'), of: z.enum(['habits', 'reminders']), most: z.int() }),
  z.object({ screen: z.literal('paySupport'), support: z.string().optional() }),
  z.object({
    screen: z.literal('card'),
    items: z.array(HabitDay),
    snoozing: HabitDay.optional(),
    /** What its habits are to be tapped for; `all`: how long all of them should wait. */
    choosing: z.enum(['skip', 'later', 'all']).optional(),
    ...focus,
  }),
]);
export type Screen = z.infer<typeof Screen>;

/** Whether it comes with a picture, which takes a moment to be drawn. */
export const showsPicture = ({ screen }: Screen): boolean => screen === 'stats' || screen === 'habitStats';

/** Edit the tapped message (or send a new one when none was tapped), send a new one, or edit an older one. */
const Place = z.union([z.literal('here'), z.literal('anew'), z.object({ messageId: z.int() })]);

/** The question that the dialog `at` still waits for, and what its message shows when the question is called off. */
export const Reminded = z.object({
  line: Phrase,
  at: z.string().regex(/^[a-zA-Z]{1,24}$/),
  screen: z.enum(['today', 'habits', 'settings', 'help', 'welcomeBack', 'other']),
});
export type Reminded = z.infer<typeof Reminded>;

/** The question that a message asks: what its dialog waits for, and of which habit. */
export const Question = z.object({ at: Reminded.shape.at, of: HabitId.optional() });
export type Question = z.infer<typeof Question>;

/** `above` is a line put over the screen, `below` a question under it; a Cancel on it calls off what it `asks`. */
export const Show = z.object({
  place: Place,
  screen: Screen,
  above: Phrase.optional(),
  below: Reminded.optional(),
  asks: Question.optional(),
});
export type Show = z.infer<typeof Show>;
