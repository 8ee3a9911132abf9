import { byteOffset, type Entity } from './entities.ts';
import type { ParsedText } from './parse-html.ts';
import { badRequest } from './refusal.ts';

type OpenMark = { mark: string; offset: number; at: number };
type State = { source: string; at: number; text: string; entities: Entity[]; open: OpenMark[] };

const RESERVED = '_*[]()~`>#+-=|{}.!';
const MARKS: Readonly<Record<string, { type: string; name: string }>> = {
  '*': { type: 'bold', name: 'Bold' },
  _: { type: 'italic', name: 'Italic' },
  __: { type: 'underline', name: 'Underline' },
  '~': { type: 'strikethrough', name: 'Strikethrough' },
  '||': { type: 'spoiler', name: 'Spoiler' },
  '[': { type: 'text_link', name: 'TextUrl' },
};

/** Parses Telegram's MarkdownV2. Throws ApiRefusal with Telegram's text where it is malformed. */
export function parseMarkdown(source: string): ParsedText {
  const state: State = { source, at: 0, text: '', entities: [], open: [] };
  while (state.at < source.length) step(state);
  const unclosed = state.open.at(-1);
  if (unclosed) throw unended(state, MARKS[unclosed.mark]?.name ?? '', unclosed.at);
  return { text: state.text, entities: state.entities };
}

function step(state: State): void {
  const { source, at } = state;
  const character = source.charAt(at);
  const escapes = character === '\\' && source.charCodeAt(at + 1) > 0 && source.charCodeAt(at + 1) <= 126;
  if (escapes) take(state, source.charAt(at + 1), 2);
  else if (character === '>' && isLineStart(state)) quote(state);
  else if (!RESERVED.includes(character)) take(state, character, 1);
  else if (character === '`') verbatim(state, source.startsWith('```', at) ? '```' : '`');
  else if (character === ']' && isOpen(state, '[')) closeLink(state);
  else markup(state, character);
}

function markup(state: State, character: string): void {
  const { source, at } = state;
  const mark = ['__', '||', '*', '_', '~', '['].find((candidate) => source.startsWith(candidate, at));
  if (!mark) {
    throw malformed(`Character '${character}' is reserved and must be escaped with the preceding '\\'`);
  }
  toggle(state, mark);
}

function take(state: State, piece: string, consumed: number): void {
  state.text += piece;
  state.at += consumed;
}

function isOpen(state: State, mark: string): boolean {
  return state.open.at(-1)?.mark === mark;
}

function isLineStart(state: State): boolean {
  return state.at === 0 || state.source.charAt(state.at - 1) === '\n';
}

function toggle(state: State, mark: string): void {
  if (!isOpen(state, mark)) {
    state.open.push({ mark, offset: state.text.length, at: state.at });
    state.at += mark.length;
    return;
  }
  close(state, MARKS[mark]?.type ?? '', {});
  state.at += mark.length;
}

function close(state: State, type: string, details: Partial<Entity>): void {
  const opened = state.open.pop();
  const length = state.text.length - (opened?.offset ?? 0);
  if (!opened || length === 0) return;
  state.entities.push({ ...details, type, offset: opened.offset, length });
}

function verbatim(state: State, fence: string): void {
  const { source, at } = state;
  const start = state.text.length;
  let cursor = at + fence.length;
  while (cursor < source.length && !source.startsWith(fence, cursor)) {
    if (source.charAt(cursor) === '\\' && cursor + 1 < source.length) cursor += 1;
    state.text += source.charAt(cursor);
    cursor += 1;
  }
  if (cursor >= source.length) throw unended(state, fence === '`' ? 'Code' : 'PreCode', at);
  state.at = cursor + fence.length;
  if (fence === '`') pushFrom(state, start, { type: 'code' });
  else pushPre(state, start);
}

/** The first line of a fenced block may name its language. */
function pushPre(state: State, start: number): void {
  const language = /^([\w+#.-]+)\n/.exec(state.text.slice(start))?.[1];
  const drop = language ? language.length + 1 : state.text.charAt(start) === '\n' ? 1 : 0;
  state.text = state.text.slice(0, start) + state.text.slice(start + drop);
  pushFrom(state, start, language ? { type: 'pre', language } : { type: 'pre' });
}

function pushFrom(state: State, offset: number, entity: { type: string; language?: string }): void {
  const length = state.text.length - offset;
  if (length > 0) state.entities.push({ ...entity, offset, length });
}

function closeLink(state: State): void {
  const opened = state.open.at(-1);
  const url = /^\]\(((?:\\.|[^)\\])*)\)/s.exec(state.source.slice(state.at));
  if (!url) throw unended(state, 'TextUrl', opened?.at ?? 0);
  close(state, 'text_link', { url: (url[1] ?? '').replace(/\\(.)/gs, '$1') });
  state.at += url[0].length;
}

/** A quote runs over the following lines that begin with `>`; their markup is parsed as its own text. */
function quote(state: State): void {
  const block = /^(?:>[^\n]*(?:\n|$))+/.exec(state.source.slice(state.at))?.[0] ?? '';
  const lines = block.replace(/\n$/, '').split('\n');
  const inner = lines.map((line) => line.slice(1)).join('\n');
  const expandable = inner.endsWith('||') && (inner.match(/\|\|/g) ?? []).length % 2 === 1;
  const parsed = parseMarkdown(expandable ? inner.slice(0, -2) : inner);
  const offset = state.text.length;
  state.text += parsed.text;
  state.entities.push(...parsed.entities.map((entity) => ({ ...entity, offset: entity.offset + offset })));
  pushFrom(state, offset, { type: expandable ? 'expandable_blockquote' : 'blockquote' });
  if (block.endsWith('\n')) state.text += '\n';
  state.at += block.length;
}

function unended(state: State, name: string, at: number) {
  return malformed(`Can't find end of ${name} entity at byte offset ${byteOffset(state.source, at)}`);
}

function malformed(detail: string) {
  return badRequest(`can't parse entities: ${detail}`);
}
