import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Advance, advancesOf } from './font-metrics.ts';

export type Weight = 400 | 600;

/** The fonts that pictures are drawn with: those of our packages, and none of the machine's. */
export type Fonts = {
  readonly family: string;
  /** Paths, for the renderer. */
  readonly files: readonly string[];
  /** Width of one character in parts of the font's size; undefined where no font has it. */
  advance(codePoint: number, weight: Weight): number | undefined;
};

const FAMILY = 'Inter';
/** Latin, Cyrillic and Greek, drawn for screens. */
const TEXT: Readonly<Record<Weight, string>> = {
  400: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  600: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
};
/** For what Inter lacks: Hebrew, Arabic, Georgian, Armenian, signs. */
const REST = 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf';

/** Reads the fonts, two megabytes; a tenth of a second. */
export function openFonts(): Fonts {
  const { resolve } = createRequire(import.meta.url);
  const paths = { 400: resolve(TEXT[400]), 600: resolve(TEXT[600]), rest: resolve(REST) };
  const read = (path: string): Advance => remembered(advancesOf(readFileSync(path)));
  const advances = { 400: read(paths[400]), 600: read(paths[600]) };
  const rest = read(paths.rest);
  return {
    family: FAMILY,
    files: Object.values(paths),
    advance: (codePoint, weight) => advances[weight](codePoint) ?? rest(codePoint),
  };
}

/** A text has few characters and many of each. At most as many are remembered as there are: a font has some thousands. */
function remembered(advance: Advance): Advance {
  const known = new Map<number, number | undefined>();
  return (codePoint) => {
    if (!known.has(codePoint)) known.set(codePoint, advance(codePoint));
    return known.get(codePoint);
  };
}
