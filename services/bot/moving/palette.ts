/** Loop's twenty colours in its order, as its CSV writes them: what a habit's `color` counts. */
export const PALETTE: readonly string[] = [
  '#D32F2F',
  '#E64A19',
  '#F57C00',
  '#FF8F00',
  '#F9A825',
  '#AFB42B',
  '#7CB342',
  '#388E3C',
  '#00897B',
  '#00ACC1',
  '#039BE5',
  '#1976D2',
  '#303F9F',
  '#5E35B1',
  '#8E24AA',
  '#D81B60',
  '#5D4037',
  '#303030',
  '#757575',
  '#aaaaaa',
];

/** The colour of the palette nearest to one of 24 bits. */
export function nearestColor(rgb: number): number {
  const distances = PALETTE.map((hex) => distance(rgb & 0xffffff, Number.parseInt(hex.slice(1), 16)));
  return distances.indexOf(Math.min(...distances));
}

function distance(a: number, b: number): number {
  return [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0);
}

/** `#1976D2` as a colour of the palette; undefined for anything but six hexadecimal digits. */
export function colorOfHex(text: string): number | undefined {
  const [, digits] = /^#?([0-9a-f]{6})$/i.exec(text.trim()) ?? [];
  return digits === undefined ? undefined : nearestColor(Number.parseInt(digits, 16));
}

/** Android's colours before Loop had a palette, as its first versions stored them, and their places in its first one. */
const FIRST_COLORS: readonly number[] = [
  -2937041, -1684967, -415707, -5262293, -13070788, -16742021, -16732991, -16540699, -10603087, -7461718,
  -2614432, -13619152, -5592406,
];
/** Where a place of Loop's palette of thirteen colours is in that of twenty. */
const OF_THIRTEEN: readonly number[] = [0, 1, 4, 5, 7, 8, 9, 10, 13, 14, 15, 17, 19];

/** A habit's colour in a database of Loop, whose meaning changed with its versions 14 and 21. */
export function colorOfLoop(stored: number, version: number): number {
  if (version >= 21) return stored >= 0 && stored < PALETTE.length ? stored : 0;
  const place = version >= 14 ? stored : FIRST_COLORS.indexOf(stored);
  return OF_THIRTEEN[place] ?? (version < 14 ? nearestColor(stored) : 0);
}

/** HabitKit's names of colours, those of Tailwind, by the palette's place. */
const TAILWIND: Readonly<Record<string, number>> = {
  red: 0,
  orange: 2,
  amber: 3,
  yellow: 4,
  lime: 5,
  green: 7,
  emerald: 8,
  teal: 8,
  cyan: 9,
  sky: 10,
  blue: 11,
  indigo: 12,
  violet: 13,
  purple: 14,
  fuchsia: 15,
  pink: 15,
  rose: 15,
  stone: 16,
  slate: 18,
  gray: 18,
  zinc: 17,
  neutral: 17,
};

export const colorOfTailwind = (name: string): number | undefined =>
  TAILWIND[name.toLowerCase()] ?? colorOfHex(name);
