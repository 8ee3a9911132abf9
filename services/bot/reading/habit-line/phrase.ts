import type { Frequency, Goal } from '#contracts/habit-events.ts';
import type { LocalTime, Weekdays } from '#contracts/time.ts';

/** What one phrase of a line says of a habit. */
export type Meaning = {
  goal?: Goal;
  /** The goal is said to be a minimum or a limit. */
  bounded?: boolean;
  frequency?: Frequency;
  /** How often, unless the line says it elsewhere: `every morning`, `8 glasses a day`. */
  usually?: Frequency;
  /** On which days it reminds, where the frequency says no days. */
  remindOn?: Weekdays;
  /** Clock times; a bare hour may still be of the morning or of the evening. */
  times?: readonly { readonly at: LocalTime; readonly bare: boolean }[];
  part?: 'morning' | 'afternoon' | 'evening';
  /** It is said that no reminder is wanted. */
  silent?: boolean;
};

/** A phrase that was read: it ends before the character `end`. */
export type Phrase = { end: number; means: Meaning };

/** Reads the phrase that begins at the character `at` of plain words, where a word begins. */
export type PhraseReader = (words: string, at: number) => Phrase | undefined;

/** Signs after a word that belong to no phrase. */
const SIGNS = '[,.;:!)]{0,3}';

/** A pattern of whole words, to be tried at one place of a text; a sign behind the last word goes with it. */
export const wordsPattern = (source: string): RegExp => new RegExp(`(?:${source})${SIGNS}(?=$| )`, 'uy');

/** Tries a sticky pattern at one place. */
export function matchAt(pattern: RegExp, words: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(words) ?? undefined;
}

const SPELLED: Readonly<Record<string, number>> = {
  a: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  один: 1,
  одну: 1,
  два: 2,
  две: 2,
  три: 3,
  четыре: 4,
  пять: 5,
  шесть: 6,
  семь: 7,
  восемь: 8,
  девять: 9,
  десять: 10,
};

/** Numbers as words, from one to ten. */
export const SPELLED_NUMBER = Object.keys(SPELLED)
  .filter((word) => word !== 'a')
  .join('|');

/** @param number digits, or a word of {@link SPELLED_NUMBER} */
export const wholeNumber = (number: string): number => SPELLED[number] ?? Number(number);
