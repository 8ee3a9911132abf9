import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { keepNewest } from './keep-newest.ts';

/** The SVG of one emoji as a data URL; undefined for one that the set has not. */
export type EmojiImage = (emoji: string) => string | undefined;

/** The emoji of a package, read when first used. A phone's own font draws the same signs in its chat; these are Twemoji's. */
export function openEmoji(): EmojiImage {
  const folder = dirname(createRequire(import.meta.url).resolve('@twemoji/svg/package.json'));
  const known = new Map<string, string | undefined>();
  const read = (name: string): string | undefined => {
    try {
      return `data:image/svg+xml;base64,${readFileSync(join(folder, `${name}.svg`)).toString('base64')}`;
    } catch {
      return undefined;
    }
  };
  return (emoji) => {
    if (!known.has(emoji)) {
      const [name, others] = namesOf(emoji);
      keepNewest(known, emoji, read(name) ?? read(others), MOST_KNOWN);
    }
    return known.get(emoji);
  };
}

/** A few kilobytes each. */
const MOST_KNOWN = 500;

const VARIATION = 0xfe0f;
const JOINER = 0x200d;

/** The set names a file by its code points; the sign that asks for colour stands only in joined ones, and not in all. */
function namesOf(emoji: string): [name: string, other: string] {
  const codePoints = Array.from(emoji, (sign) => sign.codePointAt(0) ?? 0);
  const bare = codePoints.filter((codePoint) => codePoint !== VARIATION);
  const name = (points: number[]) => points.map((point) => point.toString(16)).join('-');
  return codePoints.includes(JOINER) ? [name(codePoints), name(bare)] : [name(bare), name(codePoints)];
}
