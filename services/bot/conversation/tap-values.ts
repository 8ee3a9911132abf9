import { z } from 'zod';
import { LocalTime, Weekday } from '#contracts/time.ts';

/* Values in callback data: short, as digits, and read strictly. */

export const page = z.codec(z.string().regex(/^\d{1,3}$/), z.int(), { decode: Number, encode: String });
export const amount = z.codec(z.string().regex(/^\d{1,10}(\.\d{1,3})?$/), z.number(), {
  decode: Number,
  encode: String,
});
export const offset = z.codec(z.string().regex(/^-?\d{1,3}$/), z.int().min(-999).max(999), {
  decode: Number,
  encode: String,
});
export const small = z.codec(z.string().regex(/^\d{1,2}$/), z.int(), { decode: Number, encode: String });
export const time = z.codec(z.string().regex(/^\d{4}$/), LocalTime, {
  decode: (digits) => `${digits.slice(0, 2)}:${digits.slice(2)}`,
  encode: (at) => at.replace(':', ''),
});
/** `135` is Monday, Wednesday, Friday; `0` is none. */
export const weekdays = z.codec(z.string().regex(/^(0|1?2?3?4?5?6?7?)$/), z.array(Weekday), {
  decode: (digits) => (digits === '0' ? [] : [...digits].map(Number)),
  encode: (days) => days.join('') || '0',
});
export const weekday = z.codec(z.string().regex(/^[1-7]$/), Weekday, { decode: Number, encode: String });
