import fc from 'fast-check';

/** As long as Telegram lets a message be, in UTF-16 units. */
export const LONGEST_TEXT = 4096;

/** Pieces of texts that are costly to read: each is tried over and over, between other words, and mixed with the rest. */
export const WORST_PIECES: readonly string[] = [
  'ﷺ', // NFKC makes eighteen characters of it
  '\u{1D160}', // three of Western musical notation, in NFC too
  'ﬃ',
  '가', // three in NFKD
  'ά\u0345', // accents apart
  'a\u0301\u0316', // accents out of their canonical order
  '\u0301',
  '\u0316\u0301',
  'İ', // two characters in lower case
  '\uD800', // half of a character
  '\uDC00',
  '👨‍👩‍👧‍👦',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '\u200B',
  '\u200D',
  '\u202E', // turns the reading direction
  '\u2066',
  '\uFEFF',
  '\u00AD',
  '\u0000',
  '\uE000',
  '\u3164', // an invisible letter
  '\u3000',
  ' ',
  '\n',
  '-',
  '‐',
  ' to ',
  ' до ',
  ' - ',
  '22-7',
  '22 ',
  '9',
  '1 000 ',
  '1,000',
  '1.1.',
  '2026-12-01 ',
  'jan',
  'декабря ',
  'dec 1 of ',
  '1h ',
  'час ',
  'two ',
  'завтра ',
  'вчера ',
  'пн ',
  '2.5 ',
  'please ',
  '!',
  'щ',
  'saint ',
  'Europe/',
  '/',
  ':',
  '@',
  'a',
  'ё',
];

/** Each piece up to the length of a message, alone and where a sensible text would begin or end. */
export function worstTexts(length = LONGEST_TEXT): string[] {
  return WORST_PIECES.flatMap((piece) => {
    const long = piece.repeat(Math.ceil(length / piece.length));
    return [long, `22-7${long}`, `в 9 до ${long}`]
      .map((text) => text.slice(0, length))
      .concat(`${long.slice(0, length - 4)}22-7`);
  });
}

/** Pieces in any order, up to the length of a message. */
export const mixedTexts: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.constantFrom(...WORST_PIECES), { minLength: 1, maxLength: 12 }),
    fc.constantFrom(20, 39, 40, 41, 63, 64, 65, 80, 81, 255, 256, 257, LONGEST_TEXT),
  )
  .map(([pieces, length]) => pieces.join('').repeat(length).slice(0, length));
