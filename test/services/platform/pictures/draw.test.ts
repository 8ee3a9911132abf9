import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openPictures } from '#services/platform/pictures/draw.ts';
import { openEmoji } from '#services/platform/pictures/emoji.ts';
import { openFonts } from '#services/platform/pictures/fonts.ts';
import { PAGE_WIDTH, pageSvg } from '#services/platform/pictures/page.ts';
import type { Mark, Picture, Section } from '#services/platform/pictures/picture.ts';
import { DrawingFailed, openRenderer } from '#services/platform/pictures/renderer.ts';
import { typesetter } from '#services/platform/pictures/typeset.ts';
import { systemClock } from '#services/platform/process/clock.ts';

const fonts = openFonts();
const setter = typesetter(fonts, openEmoji());
const pictures = openPictures({ clock: systemClock });

const MARKS: Mark[] = [0, 0.5, 1, 'over', 'skip', 'auto', 'rest', 'none'];
const color = 7;

function sections(text: string): Section[] {
  return [
    {
      kind: 'calendar',
      columns: Array(7).fill(text),
      startsIn: 6,
      days: MARKS.map((mark) => ({ label: text, mark })),
      today: 3,
      color,
    },
    {
      kind: 'heatmap',
      rows: [text, '', text, '', text, '', ''],
      bands: [{ startsIn: 3, marks: MARKS, labels: [{ at: 0, text }] }],
      color: 20,
    },
    {
      kind: 'rows',
      columns: [{ at: 0, text }],
      rows: [{ label: { text, emoji: text }, marks: MARKS, right: text, color: -1 }],
    },
    {
      kind: 'lines',
      title: text,
      series: [{ points: [undefined, 0.2, 0.4, undefined, 1], color, name: text }],
      labels: [{ at: 0, text }],
      max: 1,
      ticks: [{ at: 0, text }],
    },
    {
      kind: 'bars',
      title: text,
      bars: [{ value: 3, label: text, text }],
      max: 5,
      mark: { at: 4, text },
      color,
    },
    { kind: 'legend', items: MARKS.map((mark) => ({ mark, text })), color },
  ];
}

const page = (text: string, theme: Picture['theme'] = 'dark'): Picture => ({
  theme,
  title: { text, emoji: text },
  subtitle: text,
  sections: sections(text),
});

/** Width and height in the header of a PNG. */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  expect(view.getUint32(0)).toBe(0x89504e47);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

test('a page of every kind of section, in both palettes, is a PNG that Telegram takes as a photo', async () => {
  const [dark, light] = await Promise.all([pictures.png(page('Вода')), pictures.png(page('Вода', 'light'))]);
  const { width, height } = sizeOf(dark);
  expect(width).toBe(PAGE_WIDTH);
  expect(width + height).toBeLessThan(10_000);
  expect(height / width).toBeLessThan(20);
  expect(dark.length).toBeLessThan(500_000);
  expect(Buffer.compare(dark, light)).not.toBe(0);
});

test('a picture drawn a moment ago is not drawn again', async () => {
  const [first, second] = await Promise.all([pictures.png(page('once')), pictures.png(page('once'))]);
  expect(second).toBe(first);
  expect(await pictures.png(page('once'))).toBe(first);
});

test('any text is drawn: markup, signs without a glyph, half characters, marks of direction', async () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom(
      '<b>&amp;"\'</svg>',
      ']]>',
      '\ud83d',
      '\u202eabc',
      'a\u0300'.repeat(64),
      '\u0000',
      '漢字',
      '',
    ),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      expect(sizeOf(await pictures.png(page(text))).width).toBe(PAGE_WIDTH);
    }),
    { numRuns: 25 },
  );
});

test('a renderer that takes too long is ended, and the next picture is drawn by another', async () => {
  let patience = 0;
  const clock = {
    ...systemClock,
    sleep: async (ms: number, signal?: AbortSignal) => systemClock.sleep(ms * patience, signal),
  };
  const pictures = openPictures({ clock });
  await expect(pictures.png(page('slow'))).rejects.toBeInstanceOf(DrawingFailed);
  expect(pictures.isFree()).toBe(true);
  patience = 10;
  expect(sizeOf(await pictures.png(page('slow'))).width).toBe(PAGE_WIDTH);
});

test('what the renderer does not take fails, and leaves it free for the next', async () => {
  const renderer = openRenderer({ clock: systemClock });
  const { files, family } = fonts;
  await expect(renderer.render({ svg: '<svg', fontFiles: files, family })).rejects.toBeInstanceOf(
    DrawingFailed,
  );
  const svg = pageSvg(page('fine'), setter);
  expect(sizeOf(await renderer.render({ svg, fontFiles: files, family })).width).toBe(PAGE_WIDTH);
});

test('the event loop goes on while a picture is drawn', async () => {
  const others = openPictures({ clock: systemClock });
  await others.png(page('the first one starts the thread'));
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  await others.png(page('meanwhile'));
  clearInterval(counting);
  expect(turns).toBeGreaterThan(3);
});

test('letters of both languages, digits and our signs have a glyph of the font', () => {
  const letters = 'абвгдеёжзийклмнопрстуфхцчшщъыьэюя';
  for (const sign of `${letters}${letters.toUpperCase()}abcxyzABCXYZ0123456789.,:;·–—…%/‹›«»“”№≤≥ №`) {
    const width = fonts.advance(sign.codePointAt(0) ?? 0, 400);
    expect(width, sign).toBeGreaterThan(0.1);
  }
});

test('emoji are images; one that the set lacks is drawn as its nearest', () => {
  const images = (text: string) =>
    setter.line(text, { x: 0, y: 0 }, { size: 30, fill: '#000' }).match(/<image/g)?.length ?? 0;
  for (const emoji of ['📖', '💧', '❤️', '☀️', '✅', '🇷🇺', '3️⃣', '🧘🏽‍♀️', '👨‍👩‍👧', '🏳️‍🌈', '⏰']) {
    expect(images(emoji), emoji).toBe(1);
  }
  expect(images('📖 Read 💧')).toBe(2);
  expect(images('3 books © 2026 ❤')).toBe(0);
  // A family that Unicode does not know is drawn as its first member.
  expect(images('🧙🏽‍♀️‍🧙')).toBe(1);
});

test('a line that is too long ends in an ellipsis, and fits', () => {
  const style = { size: 30, fill: '#000', maxWidth: 200 };
  const line = setter.line('Очень длинное название <привычки>', { x: 0, y: 0 }, style);
  expect(line).toContain('…');
  const text = line.replace(/<[^>]*>/g, '').replaceAll('&lt;', '<');
  expect(setter.width(text, style)).toBeLessThanOrEqual(200);
  expect(setter.width(text, style)).toBeGreaterThan(170);
  expect(setter.line('short', { x: 0, y: 0 }, style)).not.toContain('…');
});

test('what a person typed is text, never markup', () => {
  const svg = pageSvg(page('<script>x</script>&"'), setter);
  expect(svg).not.toContain('<script');
  expect(svg).toContain('&lt;script&gt;');
});

test('the line of a mark does not strike through the amounts over the bars', () => {
  const bars: Section = {
    kind: 'bars',
    bars: [{ value: 3, label: 'Mo', text: '3' }],
    max: 5,
    mark: { at: 3.2, text: '4' },
    color,
  };
  const svg = pageSvg({ theme: 'light', title: { text: 'Water' }, sections: [bars] }, setter);
  const line = svg.indexOf('stroke-dasharray');
  const ground = svg.indexOf('#f7f8fa', line);
  expect(line).toBeGreaterThan(0);
  expect(ground).toBeGreaterThan(line);
  expect(svg.indexOf('>3<', ground)).toBeGreaterThan(ground);
});
