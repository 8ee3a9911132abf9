import type { EmojiImage } from './emoji.ts';
import type { Fonts, Weight } from './fonts.ts';
import { attributes } from './svg.ts';

export type TextStyle = {
  readonly size: number;
  readonly fill: string;
  readonly weight?: Weight;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** In pixels; what is longer ends in an ellipsis. */
  readonly maxWidth?: number;
};

/** Sets lines of text, with emoji in them as images. Widths and places are pixels; `y` is the baseline. */
export type Typesetter = {
  width(text: string, style: Pick<TextStyle, 'size' | 'weight'>): number;
  line(text: string, at: { x: number; y: number }, style: TextStyle): string;
};

/** One thing that is not cut: a letter with its marks, or an emoji. */
type Piece = { readonly text: string; readonly image?: string; readonly width: number };

const EMOJI_WIDTH = 1.18;
/** An emoji is a little larger than a capital letter, and stands a little below the line. */
const EMOJI_SIZE = 1.08;
const EMOJI_RISE = 0.9;
/** No line of ours is longer. It bounds the work for a text that came from somewhere else. */
const LONGEST = 300;

const IS_EMOJI = /\p{Emoji_Presentation}|\p{Regional_Indicator}|\ufe0f|\u20e3/u;
const SKIN_TONES = /[\u{1f3fb}-\u{1f3ff}]/gu;
const MISSING = '□';
/** Joiners and selectors, which say how other signs are drawn. */
const INVISIBLE = /[\p{Cf}\p{Cn}\p{Variation_Selector}]/gu;
/** XML has no place for these, nor has a line; marks of direction would turn the text around them. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

export function typesetter(fonts: Fonts, emoji: EmojiImage): Typesetter {
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

  function piecesOf(text: string, weight: Weight): Piece[] {
    const clean = text.slice(0, LONGEST).replace(UNPRINTABLE, ' ');
    return Array.from(graphemes.segment(clean), ({ segment }) => {
      const image = IS_EMOJI.test(segment) ? imageOf(emoji, segment) : undefined;
      if (image !== undefined) return { text: segment, image, width: EMOJI_WIDTH };
      return letter(segment, weight);
    });
  }

  /** The renderer looks for a letter that no font has in each of them, every time: it never comes to that. */
  function letter(text: string, weight: Weight): Piece {
    let width = 0;
    for (const sign of text.replace(INVISIBLE, '')) {
      const advance = fonts.advance(sign.codePointAt(0) ?? 0, weight);
      if (advance === undefined) return { text: MISSING, width: fonts.advance(0x25a1, weight) ?? 1 };
      width += advance;
    }
    return { text: text.replace(INVISIBLE, ''), width };
  }

  return {
    width: (text, { size, weight = 400 }) => widthOf(piecesOf(text, weight)) * size,
    line(text, { x, y }, style) {
      const { size, fill, weight = 400, anchor = 'start', maxWidth } = style;
      const ellipsis = { text: '…', width: fonts.advance(0x2026, weight) ?? 1 };
      const pieces = fitted(
        piecesOf(text, weight),
        ellipsis,
        maxWidth === undefined ? undefined : maxWidth / size,
      );
      const shift = { start: 0, middle: 0.5, end: 1 }[anchor] * widthOf(pieces) * size;
      const font = { 'font-family': fonts.family, 'font-size': size, 'font-weight': weight, fill };
      let left = x - shift;
      return runsOf(pieces)
        .map((run) => {
          const at = left;
          left += run.width * size;
          return run.image === undefined
            ? `<text ${attributes({ x: at, y, ...font, 'xml:space': 'preserve' })}>${escaped(run.text)}</text>`
            : emojiAt(run.image, { x: at + 0.05 * size, y }, size);
        })
        .join('');
    },
  };
}

function emojiAt(image: string, { x, y }: { x: number; y: number }, size: number): string {
  const side = EMOJI_SIZE * size;
  return `<image ${attributes({ x, y: y - EMOJI_RISE * size, width: side, height: side, href: image })}/>`;
}

/** The emoji, or the nearest that the set has: without the tone of its skin, or the first of those joined to it. */
function imageOf(emoji: EmojiImage, sign: string): string | undefined {
  const plain = sign.replace(SKIN_TONES, '');
  return emoji(sign) ?? emoji(plain) ?? emoji(plain.split('\u200d')[0] ?? '');
}

function fitted(pieces: readonly Piece[], ellipsis: Piece, most: number | undefined): readonly Piece[] {
  if (most === undefined || widthOf(pieces) <= most) return pieces;
  const kept: Piece[] = [];
  let width = ellipsis.width;
  for (const piece of pieces) {
    width += piece.width;
    if (width > most) break;
    kept.push(piece);
  }
  return [...kept, ellipsis];
}

/** Letters beside each other are one text: the font joins and kerns them. */
function runsOf(pieces: readonly Piece[]): Piece[] {
  const runs: Piece[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last && last.image === undefined && piece.image === undefined)
      runs[runs.length - 1] = { text: last.text + piece.text, width: last.width + piece.width };
    else runs.push(piece);
  }
  return runs;
}

const widthOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { width }) => sum + width, 0);

const escaped = (text: string): string =>
  text.replace(/[<>&]/g, (sign) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[sign] ?? '');
