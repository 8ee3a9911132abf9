/** How wide a font draws a character, in parts of its size; undefined where it has no glyph. */
export type Advance = (codePoint: number) => number | undefined;

/**
 * Reads the tables of a TrueType font that tell the widths: `head`, `hhea`, `hmtx`, and `cmap` of formats 4 and 12.
 * Kerning is left out, which is a hundredth of a line.
 *
 * @see https://learn.microsoft.com/typography/opentype/spec/cmap
 * @throws when it is not such a font.
 */
export function advancesOf(font: Uint8Array): Advance {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = tablesOf(view);
  const unitsPerEm = view.getUint16(tableAt(tables, 'head') + 18);
  const metrics = view.getUint16(tableAt(tables, 'hhea') + 34);
  const hmtx = tableAt(tables, 'hmtx');
  const glyphOf = glyphFinder(view, tableAt(tables, 'cmap'));
  return (codePoint) => {
    const glyph = glyphOf(codePoint);
    if (glyph === 0) return undefined;
    return view.getUint16(hmtx + 4 * Math.min(glyph, metrics - 1)) / unitsPerEm;
  };
}

function tablesOf(view: DataView): ReadonlyMap<string, number> {
  const tables = new Map<string, number>();
  for (let index = 0; index < view.getUint16(4); index++) {
    const record = 12 + 16 * index;
    const tag = [0, 1, 2, 3].map((place) => String.fromCharCode(view.getUint8(record + place))).join('');
    tables.set(tag, view.getUint32(record + 8));
  }
  return tables;
}

function tableAt(tables: ReadonlyMap<string, number>, tag: string): number {
  const at = tables.get(tag);
  if (at === undefined) throw new Error(`the font has no table ${tag}`);
  return at;
}

type GlyphFinder = (codePoint: number) => number;

function glyphFinder(view: DataView, cmap: number): GlyphFinder {
  const subtables = Array.from({ length: view.getUint16(cmap + 2) }, (_, index) => {
    const at = cmap + view.getUint32(cmap + 4 + 8 * index + 4);
    return { at, format: view.getUint16(at) };
  });
  const full = subtables.find(({ format }) => format === 12);
  if (full) return findInGroups(view, full.at);
  const basic = subtables.find(({ format }) => format === 4);
  if (basic) return findInSegments(view, basic.at);
  throw new Error('the font has no cmap of format 4 or 12');
}

function findInGroups(view: DataView, at: number): GlyphFinder {
  const groups = Array.from({ length: view.getUint32(at + 12) }, (_, index) => {
    const group = at + 16 + 12 * index;
    return {
      first: view.getUint32(group),
      last: view.getUint32(group + 4),
      glyph: view.getUint32(group + 8),
    };
  });
  return (codePoint) => {
    const group = groups.find(({ first, last }) => codePoint >= first && codePoint <= last);
    return group ? group.glyph + codePoint - group.first : 0;
  };
}

function findInSegments(view: DataView, at: number): GlyphFinder {
  const length = view.getUint16(at + 6);
  const [ends, starts] = [at + 14, at + 16 + length];
  const [deltas, offsets] = [starts + length, starts + 2 * length];
  return (codePoint) => {
    for (let place = 0; place < length && codePoint <= 0xffff; place += 2) {
      if (view.getUint16(ends + place) < codePoint) continue;
      const start = view.getUint16(starts + place);
      if (start > codePoint) return 0;
      const offset = view.getUint16(offsets + place);
      const delta = view.getUint16(deltas + place);
      if (offset === 0) return (codePoint + delta) & 0xffff;
      const glyph = view.getUint16(offsets + place + offset + 2 * (codePoint - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
