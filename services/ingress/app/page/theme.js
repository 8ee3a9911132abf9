/*
 * Colours from Telegram's theme. Its own hints and links are often too faint to be read (grey on white at 2.8 to 1), and a
 * person may have made a theme by themselves: what is read is mixed with the text's colour until it has 4.5 to 1.
 */

const READABLE = 4.5;

const LIGHT = {
  bg_color: '#ffffff',
  secondary_bg_color: '#efeff4',
  text_color: '#000000',
  hint_color: '#707579',
  link_color: '#2678b6',
  button_color: '#2678b6',
  button_text_color: '#ffffff',
  destructive_text_color: '#c92a2a',
};
const DARK = {
  bg_color: '#18222d',
  secondary_bg_color: '#131415',
  text_color: '#ffffff',
  hint_color: '#b1c3d5',
  link_color: '#62bcf9',
  button_color: '#2ea6ff',
  button_text_color: '#ffffff',
  destructive_text_color: '#ef5b5b',
};
const COLOUR = /^#[0-9a-f]{6}$/i;

const channels = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** Relative luminance, by WCAG 2. */
function luminance(hex) {
  const [red, green, blue] = channels(hex).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function mixed(one, other, share) {
  const [from, to] = [channels(one), channels(other)];
  const hex = from.map((channel, at) =>
    Math.round(channel + (to[at] - channel) * share)
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${hex.join('')}`;
}

/** The colour, or as little of `towards` in it as makes it stand out from each of `grounds`. */
function standingOut(colour, grounds, towards, least) {
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mixed(colour, towards, share);
    if (grounds.every((ground) => contrast(tried, ground) >= least)) return tried;
  }
  return towards;
}

const blackOrWhite = (ground) =>
  contrast('#000000', ground) > contrast('#ffffff', ground) ? '#000000' : '#ffffff';

/** @param given `theme_params` of Telegram; what is absent or no colour comes from its usual theme. */
export function applyTheme(given) {
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => COLOUR.test(value)));
  const prefersDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const isDark = known.bg_color ? luminance(known.bg_color) < 0.2 : prefersDark;
  const theme = { ...(isDark ? DARK : LIGHT), ...known };
  const card = known.section_bg_color ?? theme.bg_color;
  const page = theme.secondary_bg_color;
  const text = standingOut(theme.text_color, [card, page], blackOrWhite(card), READABLE);
  const quiet = mixed(card, text, 0.07);
  const grounds = [card, page, quiet];
  const readable = (colour) => standingOut(colour, grounds, text, READABLE);
  const onButton = theme.button_text_color;
  const button = standingOut(theme.button_color, [onButton], blackOrWhite(onButton), READABLE);
  const colours = {
    page,
    card,
    text,
    hint: readable(theme.hint_color),
    link: readable(theme.link_color),
    danger: readable(theme.destructive_text_color),
    button,
    'on-button': onButton,
    line: mixed(card, text, 0.12),
    quiet,
  };
  const root = document.documentElement;
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
  root.dataset.scheme = isDark ? 'dark' : 'light';
  root.style.colorScheme = root.dataset.scheme;
}
