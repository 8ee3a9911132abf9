import type { Locale } from '#contracts/account-events.ts';
import { normalised, type TypedText } from './typed-text.ts';

/** A number of up to thirteen digits with signs and spaces, and a unit. */
export const AMOUNT_LENGTH = 64;

const MOST = 1e9;

/**
 * A number as people write it, with an optional unit behind it: `20 pages`, `2.5 km`, `1 000`. A comma before exactly
 * three digits parts thousands in English; in Russian every comma is a decimal one.
 * @returns undefined for no number, a negative one, or one beyond a thousand million; at most three decimals are kept.
 */
export function readAmount(text: TypedText, locale: Locale): { value: number; unit: string } | undefined {
  const plain = normalised(text, 'NFKC', AMOUNT_LENGTH)
    ?.replace(/\p{Cf}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  const match = /^((?:\d{1,3}(?: \d{3})+|\d+)(?:[.,]\d+)*) ?(.*)$/u.exec(plain ?? '');
  const value = Number(digits(match?.[1] ?? 'none', locale));
  if (!match || !Number.isFinite(value) || value > MOST) return undefined;
  const unit = match[2] ?? '';
  if (/^[.,\d]/.test(unit)) return undefined;
  return { value: Math.round(value * 1000) / 1000, unit };
}

function digits(number: string, locale: Locale): string {
  const joined = number.replaceAll(' ', '');
  const thousands = locale === 'en' && /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(joined);
  return thousands ? joined.replaceAll(',', '') : joined.replace(',', '.');
}
