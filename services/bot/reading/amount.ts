import type { Locale } from '#contracts/account-events.ts';
import { namesDay } from './said-day.ts';
import { normalised, type TypedText } from './typed-text.ts';

/** A number of up to thirteen digits with signs and spaces, and a unit. */
export const AMOUNT_LENGTH = 64;

const MOST = 1e9;

/**
 * `unit` is what stands behind the number, as typed. `adds`: `+2`, more of it, not all of it. `thousands`: `12k`, of which the
 * value is 12000; whether that can be meant, the goal says.
 */
export type Amount = { value: number; unit: string; adds?: true; thousands?: true };

const MORE = /^(?:\+|(?:plus|another|плюс|еще|ещё) )/iu;
const MORE_BEHIND = /(?:^| )(?:more|еще|ещё)$/iu;

/** A fraction with a greater part may be a date, a share of a target, or a mistake. */
const GREATEST_PART = 10;
const FRACTION = /^(?:(\d{1,9}) )?([1-9])\/([1-9]\d?)(?![\d/])/u;
const NUMBER = /^\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?(?![\d.,'])|^\d+(?:[.,]\d+)*(?![\d.,'])/u;

/** A unit begins with a letter, a picture or a sign such as € or %, and has no digit in it. */
const UNIT = /^(?: ?[\p{L}\p{So}\p{Sc}%][^\p{Nd}\p{Nl}]*)?$/u;
/**
 * Words right behind a number that make it another one (`15k`, `2 тыс`, `1e`, `5th`, `1O`) or a time of day: they are no
 * units.
 */
const OTHER_NUMBER =
  /^(?:kk?|кк?|bn?|mln|mn|тыс\p{L}*|млн|млрд|мил+и\p{L}*|thousands?|millions?|hundreds?|dozens?|сот\p{L}*|дюжин\p{L}*|[eеxх×]|[oо]+|st|nd|rd|th|-?(?:й|ый|ой|ая|го|му|я)|[ap]\.?m\.?|утра|вечера|ночи)(?!\p{L})/iu;
const THOUSANDS = /^ ?(?:k|к|тыс\.?|тысяч[аиу]?|thousands?)(?!\p{L})/iu;
/** What is written in thousands has a decimal at most: `12k`, `1,5 тыс`. */
const FEW_DIGITS = /^[1-9]\d{0,2}(?:[.,]\d)?$/;
const MILLIONS = /^M(?!\p{L})/u;
const OUT_OF = /^ ?(?:out of|of|из) (\d{1,10})(?: (.*))?$/u;

/**
 * A number as people write it, with an optional unit behind it: `20 pages`, `2.5 km`, `1 000`, `1'500`, `1½`, `3/4`,
 * `+2`. Three decimals are kept.
 * @returns undefined for what is no number, and for what may be two: `1.500` is 1500 to some and 1½ to others, so only
 * English thousands (`1,500`) are taken at their word; `1e3`, `1:30`, `5-6`, `3 yesterday` are asked for again.
 * @param target of the habit: `3/8` of eight glasses is rather three of them than three eighths of one.
 */
export function readAmount(text: TypedText, locale: Locale, target?: number): Amount | undefined {
  const line = amountLine(text);
  return line === undefined ? undefined : amountIn(line, locale, target);
}

/** {@link readAmount} of a line that {@link amountLine} gave, or of a part of it. */
export function amountIn(line: string, locale: Locale, target?: number): Amount | undefined {
  const ahead = MORE.exec(line)?.[0] ?? '';
  const rest = line.slice(ahead.length).trimStart();
  const found = fractionIn(rest, target) ?? decimalIn(rest, locale);
  if (!found) return undefined;
  const behind = unitBehind(rest.slice(found.length), target);
  if (behind === undefined) return undefined;
  const value = Math.round(found.value * 1000) / 1000;
  if (value > MOST || (value === 0 && found.value > 0)) return undefined;
  const unit = behind.replace(MORE_BEHIND, '').trim();
  const adds = ahead !== '' || unit !== behind;
  return { value, unit, ...(adds && { adds }), ...(found.thousands && { thousands: true }) };
}

/** In one kind of digits, spaces and signs. NFKC would make `11⁄2` of `1½`, so fractions are written out before. */
export function amountLine(text: TypedText): string | undefined {
  return normalised(text, 'NFC', AMOUNT_LENGTH)
    ?.replace(/\p{Cf}|\uFE0F|\u20E3/gu, '')
    .replace(/[¼-¾⅐-⅞]/gu, (sign) => ` ${sign.normalize('NFKC').replace('⁄', '/')}`)
    .replace(/[！-～]/gu, (wide) => wide.normalize('NFKC'))
    .replace(/[⁄∕]/gu, '/')
    .replace(/(?<=\d)[’ʼ`´](?=\d)/gu, "'")
    .replace(/\s+/gu, ' ')
    .replace(/(?<![.!]) ?[.!]{1,3} ?$/u, '')
    .trim();
}

type Found = { value: number; length: number; thousands?: true };

function fractionIn(text: string, target: number | undefined): Found | undefined {
  const match = FRACTION.exec(text);
  if (!match) return undefined;
  const [all, whole, above, below] = match;
  const part = Number(below);
  if (Number(above) >= part || part > GREATEST_PART || part === target) return undefined;
  return { value: Number(whole ?? 0) + Number(above) / part, length: all.length };
}

function decimalIn(text: string, locale: Locale): Found | undefined {
  const written = NUMBER.exec(text)?.[0];
  const value = written === undefined ? undefined : numberIn(written, locale);
  if (written === undefined || value === undefined) return undefined;
  const sign = FEW_DIGITS.test(written) ? THOUSANDS.exec(text.slice(written.length))?.[0] : undefined;
  if (sign === undefined) return { value, length: written.length };
  return { value: value * 1000, length: written.length + sign.length, thousands: true };
}

/** Which of the signs part thousands and which the decimals, if only one reading makes sense. */
function numberIn(written: string, locale: Locale): number | undefined {
  if (/[ ']/.test(written)) {
    const isGrouped = /^[1-9]\d{0,2}(?:( |')\d{3})(?:\1\d{3})*(?:[.,]\d+)?$/.test(written);
    return isGrouped ? Number(written.replace(/[ ']/g, '').replace(',', '.')) : undefined;
  }
  const signs = written.replace(/\d/g, '');
  if (signs === '') return Number(written);
  if (signs.length === 1) {
    const couldBeThousands = /^[1-9]\d{0,2}[.,]\d{3}$/.test(written);
    if (!couldBeThousands) return Number(written.replace(',', '.'));
    return locale === 'en' && signs === ',' ? Number(written.replace(',', '')) : undefined;
  }
  const grouped = /^[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?$/.exec(written);
  if (!grouped) return undefined;
  const [, thousands = ''] = grouped;
  return Number(written.replaceAll(thousands, '').replace(',', '.'));
}

/** The unit in what stands behind the number; undefined when that makes it another number, or none. */
function unitBehind(rest: string, target: number | undefined): string | undefined {
  const [, whole, unit = ''] = OUT_OF.exec(rest) ?? [];
  const behind = whole !== undefined && Number(whole) === target ? unit : rest;
  const word = behind.trim();
  if (!UNIT.test(behind) || OTHER_NUMBER.test(word) || MILLIONS.test(word) || namesDay(word))
    return undefined;
  return word;
}
