import type { Locale } from '#contracts/account-events.ts';
import { type Amount, amountIn, amountLine } from './amount.ts';
import type { TypedText } from './typed-text.ts';

/** What a day is said to hold, in words or as an amount. `done` of an amount is all of it. */
export type TypedAnswer = { is: 'done' | 'no' | 'skip' } | { is: 'amount'; amount: Amount };

const WORDS: readonly [TypedAnswer['is'] & ('done' | 'no' | 'skip'), RegExp][] = [
  [
    'done',
    /^(?:done|did(?: it)?|yes|yep|yeah|y|finished|completed?|✅|✔|☑|👍|💪|\+|готово?|готова|сделано?|сделала?|да|ага|выполнено|выполнила?|есть)$/u,
  ],
  [
    'no',
    /^(?:no|nope|not today|didn't|didnt|did not|❌|✖|👎|нет|не сегодня|не сделала?|не буду|не вышло|не получилось)$/u,
  ],
  ['skip', /^(?:skip|skipped|skip it|skip today|пропуск|пропустить|пропускаю|пропусти|пропущу)$/u],
];

/** A habit's name and an answer, or an answer alone; the longest name has 64 characters, as an amount may have. */
export type Said = { name: string; answer: TypedAnswer };

/** Words of a name, at most: each is tried as the last one of it. */
const MOST_WORDS = 5;

/**
 * What a person says of a day: `5 glasses`, `done`, `готово`, or with the habit's name before or behind it: `water 5`,
 * `skip run`. The name comes as it was typed, in lower case; several places where it may end are all given, the longest name
 * first.
 * @param words as {@link answerWords} gives them, or a part of them.
 * @param isName whether something goes by these words: only then the others are looked at.
 */
export function readAnswers(words: string, locale: Locale, isName: (words: string) => boolean): Said[] {
  const alone = answerIn(words, locale);
  const named = namedIn(words, isName).flatMap(({ name, beside }) => saidOf(name, beside, locale));
  return alone ? [...named, { name: '', answer: alone }] : named;
}

/** The names that stand beside a number of whatever kind, `water 15k`, the longest first. */
export const namesBesideNumbers = (words: string, isName: (words: string) => boolean): string[] =>
  namedIn(words, isName).flatMap(({ name, beside }) => (/^[+~≈]? ?\p{N}/u.test(beside) ? [name] : []));

/** A text as answers are read from it; empty if it is too long for one. */
export const answerWords = (text: TypedText): string =>
  (amountLine(text) ?? '').toLowerCase().replaceAll('ё', 'е');

/** Where names may begin or end, and what stands beside them. */
function namedIn(words: string, isName: (words: string) => boolean): { name: string; beside: string }[] {
  const spaces = [...words.matchAll(/ /gu)].map(({ index }) => index).slice(0, MOST_WORDS);
  return spaces.toReversed().flatMap((at) => {
    const [first, last] = [words.slice(0, at), words.slice(at + 1)];
    return [
      ...(isName(first) ? [{ name: first.replace(/[:,-]$/u, ''), beside: last }] : []),
      ...(isName(last) ? [{ name: last, beside: first }] : []),
    ];
  });
}

function saidOf(name: string, words: string, locale: Locale): Said[] {
  const answer = answerIn(words, locale);
  return answer ? [{ name, answer }] : [];
}

function answerIn(words: string, locale: Locale): TypedAnswer | undefined {
  const word = words.replace(/\uFE0F/gu, '');
  const said = WORDS.find(([, pattern]) => pattern.test(word));
  if (said) return { is: said[0] };
  const amount = amountIn(words, locale);
  return amount && { is: 'amount', amount };
}
