import type { Locale } from '#contracts/account-events.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { Places } from '../features/timezone/places.ts';
import type { Input } from '../incoming.ts';

/** The same for every update: places, the reply keyboard's texts, and ideas for a habit's name. */
export type ReferenceData = {
  places: Places;
  /** Texts of reply-keyboard buttons, in every language: they come back as ordinary messages. */
  keyboard: { clocks: readonly string[]; cancel: readonly string[] };
  ideas: Readonly<Record<Locale, readonly string[]>>;
};

/** One update, and what the conversation needs to know to answer it. */
export type UpdateContext = {
  input: Input;
  /** The language to register a new person with. */
  locale: Locale;
  /** The id of the habit that this update would define. */
  newHabitId: HabitId;
  reference: ReferenceData;
};

/** A tap on a button. */
export type TapContext = UpdateContext & { input: Extract<Input, { kind: 'tap' }> };
