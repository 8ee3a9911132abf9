import { FileRefused } from '../brought.ts';

/** A text and how it was encoded; `utf-8` needs no remark. */
export type Decoded = { text: string; encoding: string };

/** Between two Cyrillic letters of Windows-1251, which in a Western text would be two accented letters in a row. */
const CYRILLIC_RUN = /[\xC0-\xFF\xA8\xB8]{2}/g;
const WESTERN_LETTER = /[\xC0-\xFF]/g;

/**
 * Decodes a text file: by its byte order mark, UTF-16 by its zero bytes, else UTF-8; a text that is none of these is
 * Windows-1251 where its letters come in runs, else Windows-1252.
 * @throws {FileRefused} `brokenText` for what is no text.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const encoding = unicodeOf(bytes);
  if (encoding) {
    const text = decodedAs(encoding, bytes);
    if (text === undefined || text.includes('\0')) throw new FileRefused('brokenText');
    return { text, encoding };
  }
  if (bytes.includes(0)) throw new FileRefused('brokenText');
  const utf8 = decodedAs('utf-8', bytes);
  if (utf8 !== undefined) return { text: utf8, encoding: 'utf-8' };
  const raw = Buffer.from(bytes.subarray(0, 1_000_000)).toString('latin1');
  const inRuns = (raw.match(CYRILLIC_RUN)?.length ?? 0) * 2;
  const letters = raw.match(WESTERN_LETTER)?.length ?? 0;
  const eightBit = inRuns * 2 >= letters ? 'windows-1251' : 'windows-1252';
  return { text: decodedAs(eightBit, bytes) ?? '', encoding: eightBit };
}

function unicodeOf(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 1_024);
  const zeros = (odd: number) => head.filter((byte, at) => byte === 0 && at % 2 === odd).length;
  // Every second byte of the ASCII that a header line is made of.
  if (zeros(1) * 4 > head.length && zeros(0) === 0) return 'utf-16le';
  if (zeros(0) * 4 > head.length && zeros(1) === 0) return 'utf-16be';
  return undefined;
}

function decodedAs(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
