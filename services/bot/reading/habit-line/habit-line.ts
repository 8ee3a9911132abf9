import type { Frequency, Goal } from '#contracts/habit-events.ts';
import { type LocalTime, localTimeOf, minuteOfDay, type Weekdays } from '#contracts/time.ts';
import { asLine, type NameRead, nameIn, readHabitName } from '../habit-name.ts';
import { plainWords } from '../plain-words.ts';
import { normalised, type TypedText } from '../typed-text.ts';
import { readAmountPhrase } from './amount-phrase.ts';
import { withoutContradictions } from './contradictions.ts';
import { readFrequencyPhrase } from './frequency-phrase.ts';
import type { Meaning, Phrase, PhraseReader } from './phrase.ts';
import { readHoursPhrase, readPartPhrase, readTimePhrase, timesAt } from './time-phrase.ts';
import { readWeekdayPhrase } from './weekday-phrase.ts';

/** A name of 64 characters and about as much again for what can be said of it. */
export const LINE_LENGTH = 140;

export type PartOfDay = NonNullable<Meaning['part']>;

/** What a line says of a habit. What it does not say is absent; `times` is empty when no reminder is wanted. */
export type HabitLine = {
  name?: string;
  emoji?: string;
  goal?: Goal;
  frequency?: Frequency;
  times?: readonly LocalTime[];
  /** On which days it reminds; absent for all that the frequency allows. */
  remindOn?: Weekdays;
  part?: PartOfDay;
};

export type HabitDetails = Omit<HabitLine, 'name' | 'emoji'> & { bounded?: boolean };

/** When people who say `in the morning` are reminded, until they say it more exactly. */
export const USUAL_TIMES: Readonly<Record<PartOfDay, LocalTime>> = {
  morning: '08:00',
  afternoon: '14:00',
  evening: '20:00',
};

const READERS: readonly PhraseReader[] = [
  readFrequencyPhrase,
  readWeekdayPhrase,
  readHoursPhrase,
  readTimePhrase,
  readPartPhrase,
  readAmountPhrase,
];

/**
 * One line about a habit in either language: `Run 3x a week at 7:30`, `Выпить воды 8 стаканов каждый день в 10 и 16`. What
 * is not surely something else stays in the name; so does what is said twice differently.
 * @returns what is wrong with the name, if that is all there is.
 */
export function readHabitLine(text: TypedText): HabitLine | Exclude<NameRead, { name: string }> {
  const typed = lineOf(text);
  if (typed === undefined) return readHabitName(text);
  const { emoji, rest } = leadingEmoji(asLine(typed));
  const words = rest.split(' ');
  const found = phrasesIn(words);
  const read = { ...(emoji && { emoji }), ...togetherIn(found) };
  const left = found.length === 0 ? rest : trimmed(withoutPhrases(words, found));
  const isNameless = found.length > 1 || found.some(({ means }) => means.frequency);
  if (left === '' && isNameless) return read;
  const name = nameIn(left === '' ? rest.replace(A_DAY, '') : asBegun(left, rest));
  return 'name' in name ? { ...read, name: name.name } : name;
}

/**
 * What a line without a name says of a habit whose name is known: `8 glasses`, `3x a week at 7`.
 * @returns undefined when some of it is not understood.
 */
export function readHabitDetails(text: TypedText): HabitDetails | undefined {
  const words = asLine(lineOf(text) ?? '').split(' ');
  const found = phrasesIn(words);
  const isAll = found.length > 0 && trimmed(withoutPhrases(words, found)) === '';
  if (!isAll) return undefined;
  const bounded = found.some(({ means }) => means.bounded);
  return { ...togetherIn(found), ...(bounded && { bounded }) };
}

/** Times of reminders, one or several: `9`, `8 and 20:30`, `утром и в 21`. */
export function readTimes(text: TypedText): readonly LocalTime[] | undefined {
  const line = plainWords(text, LINE_LENGTH) ?? '';
  const phrase = timesAt(line, 0, true);
  if (phrase?.end === line.length) return togetherIn([phrase]).times;
  return readHabitDetails(text)?.times;
}

/** @returns undefined for a text that is longer, as it is or with its signs written out. */
function lineOf(text: TypedText): string | undefined {
  return normalised(text, 'NFKC', LINE_LENGTH) && normalised(text, 'NFC', LINE_LENGTH);
}

function withoutPhrases(words: readonly string[], found: readonly FoundPhrase[]): string[] {
  return words.filter((_, index) => !found.some(({ from, to }) => from <= index && index < to));
}

const A_DAY = /(?: ?\/ ?| (?:a|per|each|every|in a|в|за|каждый) )(?:day|день|сутки)$| daily$/iu;

/** A name goes on with the capital letter of a line that began with something else. */
function asBegun(left: string, line: string): string {
  const isBegun = line.startsWith(left.split(' ')[0] ?? '') || !/^\p{Lu}/u.test(line);
  return isBegun ? left : left.charAt(0).toUpperCase() + left.slice(1);
}

/** An emoji alone is a name. */
function leadingEmoji(line: string): { emoji?: string; rest: string } {
  const emoji = /^\p{RGI_Emoji}/v.exec(line)?.[0];
  const rest = emoji === undefined ? line : line.slice(emoji.length).trim();
  return emoji === undefined || rest === '' ? { rest: line } : { emoji, rest };
}

/** A phrase with the words that it takes, from one up to but without another. */
type FoundPhrase = { from: number; to: number; means: Meaning };

/** Goes through the words once: behind a phrase it goes on with the next word. */
function phrasesIn(words: readonly string[]): FoundPhrase[] {
  const line = plainLine(words.join(' '));
  const plain = line.split(' ');
  // Signs that stand for several words are in no phrase, and would put the words out of step.
  if (plain.length !== words.length) return [];
  const found: FoundPhrase[] = [];
  let at = 0;
  for (let index = 0; index < plain.length; ) {
    const phrase = longestAt(line, at, plain[index - 1]);
    const from = index;
    const end = phrase?.end ?? at + 1;
    while (index < plain.length && at < end) {
      at += (plain[index]?.length ?? 0) + 1;
      index++;
    }
    if (phrase) found.push({ from, to: index, means: phrase.means });
  }
  return withoutContradictions([...found, ...dailyBehind(plain, found)]);
}

/** `Drink 2 l of water a day`. */
function dailyBehind(plain: readonly string[], found: readonly FoundPhrase[]): FoundPhrase[] {
  const from = plain.length - 2;
  const isTaken = found.some(({ to, means }) => to > from || means.frequency || means.usually);
  const isSaid = /^(?:a|per|each|в|за) (?:day|день|сутки)$/u.test(plain.slice(from).join(' '));
  if (isTaken || !isSaid || !found.some(({ means }) => means.goal)) return [];
  return [{ from, to: plain.length, means: { usually: { kind: 'daily' } } }];
}

/** Words before a time that is no reminder: `Sleep before 23:00`. */
const BESIDE_TIMES = new Set(['before', 'after', 'until', 'till', 'than', 'до', 'после', 'позже', 'раньше']);

function longestAt(line: string, at: number, before = ''): Phrase | undefined {
  const phrases = READERS.flatMap((read) => read(line, at) ?? []).filter(
    ({ means }) => !(means.times && BESIDE_TIMES.has(before)),
  );
  return phrases.reduce<Phrase | undefined>(
    (best, each) => (best && best.end >= each.end ? best : each),
    undefined,
  );
}

/** A line as the patterns expect it, with as many words, unless one of its signs stands for several. */
function plainLine(line: string): string {
  return line
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[‐-―−]/gu, '-');
}

function togetherIn(phrases: readonly { means: Meaning }[]): Omit<HabitLine, 'name' | 'emoji'> {
  const meanings = phrases.map(({ means }) => means);
  const goal = meanings.find((means) => means.goal)?.goal;
  const frequency =
    meanings.find((means) => means.frequency)?.frequency ?? meanings.find((means) => means.usually)?.usually;
  const parts = [...new Set(meanings.flatMap(({ part }) => part ?? []))];
  const [part] = parts;
  const said = meanings.flatMap(({ times = [] }) => times);
  const times =
    said.length > 0 ? said.map((time) => inPart(time, part)) : parts.map((each) => USUAL_TIMES[each]);
  const remindOn = meanings.find((means) => means.remindOn)?.remindOn;
  const isSilent = times.length === 0 && meanings.some(({ silent }) => silent);
  return {
    ...(goal && { goal }),
    ...(frequency && { frequency }),
    ...((times.length > 0 || isSilent) && { times: [...new Set(times)].sort() }),
    ...(remindOn && { remindOn }),
    ...(part && parts.length === 1 && { part }),
  };
}

/** `at 8 in the evening` is 20:00. */
function inPart({ at, bare }: { at: LocalTime; bare: boolean }, part: PartOfDay | undefined): LocalTime {
  const minute = minuteOfDay(at);
  const latest = part === 'evening' ? 12 : part === 'afternoon' ? 7 : 0;
  const isLater = bare && minute >= 60 && minute < latest * 60;
  return isLater ? localTimeOf(minute + 12 * 60) : at;
}

const JOINERS = new Set(['and', 'и', '-', '–', '—', ',', ';', ':', '.', '+', '&']);
/** Words that lead to something: nothing is left of it at the end of a name. */
const LEADS = new Set(['at', 'on', 'for', 'в', 'по', 'на']);

/** Without words and signs that only joined what was taken out. */
function trimmed(words: readonly string[]): string {
  const isJoiner = (word: string | undefined) => word !== undefined && JOINERS.has(word.toLowerCase());
  let from = 0;
  let to = words.length;
  while (from < to && isJoiner(words[from])) from++;
  while (
    to > from &&
    (isJoiner(words[to - 1]) || (to > from + 1 && LEADS.has(words[to - 1]?.toLowerCase() ?? '')))
  )
    to--;
  return words
    .slice(from, to)
    .join(' ')
    .replace(/(?<![,;:])[,;:]{1,3}$/u, '');
}
