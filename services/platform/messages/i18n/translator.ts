import { readFileSync } from 'node:fs';
import { FluentBundle, FluentNumber, FluentResource, type FluentValue } from '@fluent/bundle';
import { type Clock, Locale } from '#contracts/account-events.ts';
import { type LocalTime, minuteOfDay } from '#contracts/time.ts';
import { mark, unmarked } from './rich-text.ts';

export type Arguments = Readonly<Record<string, string | number>>;

/**
 * Text of `key` in one language. Bold parts come out marked: pass what is sent through `richText`. A person's own
 * words go in as arguments and never become markup.
 * @throws when the key or an argument is missing, which is a mistake in the code.
 */
export type Translate = (key: string, args?: Arguments) => string;

/**
 * The texts of one language, from `<locale>.ftl` beside this file, read once for a process.
 * @param clock how times of day are written: what the texts give to `TIME` is a local time such as `19:30`.
 */
export function translator(locale: Locale, clock: Clock = 'h24'): Translate {
  const name = `${locale} ${clock}`;
  const known = translators.get(name);
  if (known) return known;
  const translate = translateBy(bundleOf(locale, clock), locale);
  translators.set(name, translate);
  return translate;
}

/** The files do not change while a process runs, so parsing them once is the same as parsing them each time. */
const translators = new Map<string, Translate>();

/** The language to begin with, from Telegram's IETF tag such as `ru` or `pt-br`. */
export function localeOf(languageCode: string | undefined): Locale {
  // A person's app may send anything as its language: three characters tell the known ones from all others.
  const language = languageCode?.slice(0, 3).toLowerCase().split('-')[0];
  return Locale.options.find((locale) => locale === language) ?? 'en';
}

function bundleOf(locale: Locale, clock: Clock): FluentBundle {
  // Isolating marks would be seen in copied text and would count in entity offsets.
  const bundle = new FluentBundle(locale, {
    useIsolating: false,
    functions: {
      BOLD: bold,
      PERCENT: percent,
      UNIT: ([unit]) => unitForm(String(unit ?? '')),
      TIME: ([at]) => timeText(String(at), clock),
    },
  });
  const source = readFileSync(new URL(`./${locale}.ftl`, import.meta.url), 'utf8');
  const problems = bundle.addResource(new FluentResource(source));
  if (problems.length > 0) throw new Error(`${locale}.ftl is broken`, { cause: problems[0] });
  return bundle;
}

function translateBy(bundle: FluentBundle, locale: Locale): Translate {
  return (key, args = {}) => {
    const pattern = bundle.getMessage(key)?.value;
    if (!pattern) throw new Error(`no text ${key} in ${locale}.ftl`);
    const problems: Error[] = [];
    const clean = Object.fromEntries(
      Object.entries(args).map(([name, value]) => [
        name,
        typeof value === 'string' ? unmarked(value) : value,
      ]),
    );
    const text = bundle.formatPattern(pattern, clean, problems);
    if (problems.length > 0) throw new Error(`text ${key} in ${locale}.ftl`, { cause: problems[0] });
    return text;
  };
}

function bold([value]: FluentValue[]): FluentValue {
  return mark(String(value ?? ''));
}

/** `19:30`, or `7:30 PM` where clocks have twelve hours. */
function timeText(at: LocalTime, clock: Clock): string {
  if (clock === 'h24') return at;
  const hour = Math.floor(minuteOfDay(at) / 60);
  return `${hour % 12 || 12}${at.slice(2)} ${hour < 12 ? 'AM' : 'PM'}`;
}

/** A share from 0 to 1 in whole percent. Fluent's own NUMBER ignores a style that is given in the file. */
function percent([share]: FluentValue[]): FluentValue {
  const value = share instanceof FluentNumber ? share.valueOf() : Number.NaN;
  if (!Number.isFinite(value)) throw new RangeError('PERCENT is given no number');
  return new FluentNumber(value, { style: 'percent', maximumFractionDigits: 0 });
}

/** Written after the number in any number, in Russian too: all others stand before it (`стаканов: 3`), so none is inflected. */
const SHORT_UNIT = /^([^а-яё]*|.*\.|[мкс]?м|мин|ч|сек?|[мк]?г|м?л|к?кал|стр|шт|руб)$/iu;

/** A person's unit as a choice for a text: `short` is an abbreviation, or not Russian. */
export function unitForm(given: string): 'none' | 'short' | 'word' {
  const text = given.trim();
  if (text === '') return 'none';
  return SHORT_UNIT.test(text) ? 'short' : 'word';
}
