import { byteOffset, type Entity } from './entities.ts';
import { badRequest } from './refusal.ts';

export type ParsedText = { text: string; entities: Entity[] };

type OpenTag = { name: string; attributes: Record<string, string>; offset: number };

const ENTITY_OF_TAG: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  a: 'text_link',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  'tg-emoji': 'custom_emoji',
};
const NAMED_CHARACTERS: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const TOKEN = /<\/?[^<>]*>?|&(?:#x[0-9a-f]+|#\d+|[a-z]+);|[^<&]+|&/giu;

/** Parses Telegram's HTML parse mode. Throws ApiRefusal with Telegram's text where it is malformed. */
export function parseHtml(source: string): ParsedText {
  let text = '';
  const entities: Entity[] = [];
  const open: OpenTag[] = [];
  for (const token of source.matchAll(TOKEN)) {
    const piece = token[0];
    if (piece.startsWith('</')) {
      const entity = closeTag(open, piece, text.length, byteOffset(source, token.index));
      if (entity) entities.push(entity);
    } else if (piece.startsWith('<')) {
      open.push(openTag(piece, text.length, byteOffset(source, token.index)));
    } else {
      text += decodeCharacter(piece);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw malformed(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  return { text, entities: joinPreAndCode(entities) };
}

function openTag(piece: string, offset: number, at: number): OpenTag {
  if (!piece.endsWith('>')) throw malformed(`Unclosed start tag at byte offset ${at}`);
  const name = (/^<([^\s>]*)/.exec(piece)?.[1] ?? '').toLowerCase();
  const attributes: Record<string, string> = {};
  for (const match of piece.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/g)) {
    attributes[(match[1] ?? '').toLowerCase()] = decodeAll(match[2] ?? match[3] ?? match[4] ?? '');
  }
  if (/\sexpandable[\s>=]/i.test(piece)) attributes.expandable = 'true';
  const unsupported =
    !Object.hasOwn(ENTITY_OF_TAG, name) || (name === 'span' && attributes.class !== 'tg-spoiler');
  if (unsupported) throw malformed(`Unsupported start tag "${name}" at byte offset ${at}`);
  return { name, attributes, offset };
}

function closeTag(open: OpenTag[], piece: string, end: number, at: number): Entity | undefined {
  if (!piece.endsWith('>')) throw malformed(`Unclosed end tag at byte offset ${at}`);
  const tag = open.pop();
  if (!tag) throw malformed(`Unexpected end tag at byte offset ${at}`);
  const name = piece.slice(2, -1).trim().toLowerCase();
  if (name !== '' && name !== tag.name) {
    throw malformed(`Unmatched end tag at byte offset ${at}, expected "</${tag.name}>", found "</${name}>"`);
  }
  return end === tag.offset ? undefined : entityOf(tag, end - tag.offset);
}

function entityOf(tag: OpenTag, length: number): Entity {
  const type = ENTITY_OF_TAG[tag.name] ?? 'bold';
  const base = { offset: tag.offset, length };
  if (type === 'text_link') return { ...base, type, url: tag.attributes.href ?? '' };
  if (type === 'custom_emoji') return { ...base, type, custom_emoji_id: tag.attributes['emoji-id'] ?? '' };
  if (type === 'blockquote' && tag.attributes.expandable) return { ...base, type: 'expandable_blockquote' };
  const language = /^language-(.+)$/.exec(tag.attributes.class ?? '')?.[1];
  return language && type === 'code' ? { ...base, type, language } : { ...base, type };
}

/** `<pre><code class="language-x">` is one entity in Telegram: a pre with a language. */
function joinPreAndCode(entities: Entity[]): Entity[] {
  return entities.flatMap((entity) => {
    const same = (type: string) =>
      entities.find((e) => e.type === type && e.offset === entity.offset && e.length === entity.length);
    if (entity.type === 'code') {
      const { language: _, ...code } = entity;
      return same('pre') ? [] : [code];
    }
    const language = entity.type === 'pre' ? same('code')?.language : undefined;
    return [language ? { ...entity, language } : entity];
  });
}

function decodeAll(value: string): string {
  return value.replace(/&(?:#x[0-9a-f]+|#\d+|[a-z]+);/gi, decodeCharacter);
}

/** An unknown or impossible character reference stays as it was written. */
function decodeCharacter(piece: string): string {
  if (!piece.startsWith('&') || piece.length < 3) return piece;
  const body = piece.slice(1, -1);
  if (!body.startsWith('#')) return NAMED_CHARACTERS[body.toLowerCase()] ?? piece;
  const code = /^#x/i.test(body) ? Number.parseInt(body.slice(2), 16) : Number.parseInt(body.slice(1), 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : piece;
}

function malformed(detail: string) {
  return badRequest(`can't parse entities: ${detail}`);
}
