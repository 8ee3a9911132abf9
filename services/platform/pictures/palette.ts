import type { Color, Mark, Theme } from './picture.ts';

export type Palette = {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  /** Lines of a grid, and days that hold nothing. */
  readonly faint: string;
  readonly colors: readonly string[];
};

// Loop's twenty colours: its strong ones for light backgrounds, its pale ones for dark backgrounds.
const STRONG =
  '#d32f2f #e64a19 #f57c00 #ff8f00 #f9a825 #afb42b #7cb342 #388e3c #00897b #00acc1 ' +
  '#039be5 #1976d2 #303f9f #5e35b1 #8e24aa #d81b60 #5d4037 #424242 #757575 #9e9e9e';
const PALE =
  '#ef9a9a #ffab91 #ffcc80 #ffecb3 #fff59d #e6ee9c #c5e1a5 #69f0ae #80cbc4 #80deea ' +
  '#81d4fa #64b5f6 #9fa8da #b39ddb #ce93d8 #f48fb1 #bcaaa4 #f5f5f5 #e0e0e0 #9e9e9e';

const PALETTES: Readonly<Record<Theme, Palette>> = {
  // Between Telegram's black and its white: a card in both, glaring in neither.
  dark: {
    background: '#1d2733',
    text: '#f2f5f8',
    muted: '#8fa1b3',
    faint: '#2e3b4a',
    colors: PALE.split(' '),
  },
  light: {
    background: '#f7f8fa',
    text: '#1b2530',
    muted: '#66727f',
    faint: '#e1e6eb',
    colors: STRONG.split(' '),
  },
};

export const paletteOf = (theme: Theme): Palette => PALETTES[theme];

/** A colour that is not in the palette, of a newer version or forged, is drawn as the first green. */
export const colorOf = ({ colors }: Palette, color: Color): string => colors[color] ?? colors[7] ?? '#388e3c';

/** Fill and opacity of a day. The least share that counts can still be told from nothing. */
export function fillOf(palette: Palette, color: Color, mark: Mark): { fill: string; opacity: number } {
  const own = colorOf(palette, color);
  if (typeof mark === 'number') {
    const share = Math.min(1, Math.max(0, mark));
    return share === 0 ? { fill: palette.faint, opacity: 1 } : { fill: own, opacity: 0.3 + 0.7 * share };
  }
  switch (mark) {
    case 'over':
      return { fill: colorOf(palette, color < 2 ? 15 : 0), opacity: 0.9 };
    case 'skip':
      return { fill: palette.muted, opacity: 0.45 };
    case 'auto':
      return { fill: own, opacity: 0.35 };
    case 'rest':
      return { fill: palette.faint, opacity: 0.45 };
    case 'none':
      return { fill: palette.faint, opacity: 0 };
  }
}
