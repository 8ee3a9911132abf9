/*
 * Bytes as the letters that a deep link can carry, and texts as few bytes: one for each letter of English and Russian,
 * three for any other sign. What cannot be read is undefined.
 */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Four letters for three bytes, without padding: base64url. */
export function lettersOf(bytes: readonly number[]): string {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const sixes = bits.match(/.{1,6}/g) ?? [];
  return sixes.map((six) => LETTERS[Number.parseInt(six.padEnd(6, '0'), 2)]).join('');
}

/** @returns undefined when the letters are no whole bytes. */
export function bytesOf(letters: string): number[] | undefined {
  const sixes = [...letters].map((letter) => LETTERS.indexOf(letter));
  if (sixes.includes(-1)) return undefined;
  const bits = sixes.map((six) => six.toString(2).padStart(6, '0')).join('');
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return lettersOf(bytes) === letters ? bytes : undefined;
}

/** Cyrillic letters stand from 0x80 on, in their order; then signs that are common in names and emoji. */
const CYRILLIC = { from: 0x410, byte: 0x80, count: 64 };
const SIGNS = ['ё', 'Ё', '–', '’', '«', '»', '\uFE0F', '\u200D'];
const SIGNS_FROM = CYRILLIC.byte + CYRILLIC.count;
/** Three bytes: this and the plane, then the place in the plane. */
const OTHER_FROM = SIGNS_FROM + SIGNS.length;
const PLANES = 17;

export function textBytes(text: string): number[] {
  return [...text].flatMap(signBytes);
}

function signBytes(sign: string): number[] {
  const point = sign.codePointAt(0) ?? 0;
  if (point >= 0x20 && point < 0x7f) return [point];
  const letter = point - CYRILLIC.from;
  if (letter >= 0 && letter < CYRILLIC.count) return [CYRILLIC.byte + letter];
  const place = SIGNS.indexOf(sign);
  if (place >= 0) return [SIGNS_FROM + place];
  return [OTHER_FROM + (point >> 16), (point >> 8) & 0xff, point & 0xff];
}

function textOf(bytes: readonly number[]): string | undefined {
  let text = '';
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (byte >= OTHER_FROM) {
      const [high, low] = [bytes[index + 1], bytes[index + 2]];
      if (byte >= OTHER_FROM + PLANES || high === undefined || low === undefined) return undefined;
      text += String.fromCodePoint(((byte - OTHER_FROM) << 16) | (high << 8) | low);
      index += 2;
    } else if (byte >= SIGNS_FROM) text += SIGNS[byte - SIGNS_FROM];
    else if (byte >= CYRILLIC.byte) text += String.fromCodePoint(CYRILLIC.from + byte - CYRILLIC.byte);
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCodePoint(byte);
    else return undefined;
  }
  return text;
}

/** Seven bits a byte, the lowest first. @param number whole, below 2^53 */
export function numberBytes(number: number): number[] {
  const bytes: number[] = [];
  let rest = number;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return [...bytes, rest];
}

/** Takes bytes from the front, one value after the other; undefined once there are not enough. */
export function byteReader(bytes: readonly number[]) {
  let at = 0;
  const byte = (): number | undefined => bytes[at++];
  return {
    byte,
    number(): number | undefined {
      let number = 0;
      for (let unit = 1; unit < 2 ** 49; unit *= 0x80) {
        const next = byte();
        if (next === undefined) return undefined;
        number += (next % 0x80) * unit;
        if (next < 0x80) return number;
      }
      return undefined;
    },
    /** A text behind its length in bytes. */
    text(): string | undefined {
      const length = byte();
      if (length === undefined || at + length > bytes.length) return undefined;
      at += length;
      return textOf(bytes.slice(at - length, at));
    },
    rest: (): string | undefined => textOf(bytes.slice(at)),
  };
}
