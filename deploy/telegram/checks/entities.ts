import { z } from 'zod';
import { isRecord } from './parameters.ts';
import { badRequest } from './refusal.ts';

/** A Telegram MessageEntity. Offsets and lengths count UTF-16 units, which are JavaScript's own. */
export const entitySchema = z.looseObject({
  type: z.string(),
  offset: z.int(),
  length: z.int(),
  url: z.string().optional(),
  language: z.string().optional(),
});
export type Entity = z.infer<typeof entitySchema>;

const ENTITY_TYPES: ReadonlySet<string> = new Set([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'blockquote',
  'expandable_blockquote',
  'code',
  'pre',
  'text_link',
  'text_mention',
  'custom_emoji',
  'date_time',
]);
const MOST_ENTITIES = 100;

/** Checks the `entities` of a call against its text and returns them in display order. Throws ApiRefusal. */
export function checkEntities(text: string, given: unknown): Entity[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw badRequest('expected an Array of MessageEntity');
  const entities = given.map(parseEntity).filter((entity) => entity.offset >= 0 && entity.length > 0);
  for (const entity of entities) checkBounds(text, entity);
  return sortEntities(entities).slice(0, MOST_ENTITIES);
}

/** Outer entities before inner ones. */
export function sortEntities(entities: readonly Entity[]): Entity[] {
  return [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
}

function parseEntity(given: unknown): Entity {
  if (!isRecord(given)) throw badRequest("can't parse MessageEntity: expected an Object");
  const parsed = entitySchema.safeParse(given);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    throw badRequest(`can't parse MessageEntity: Field "${field}" is absent or of a wrong type`);
  }
  if (!ENTITY_TYPES.has(parsed.data.type)) {
    throw badRequest("can't parse MessageEntity: Unsupported type specified");
  }
  if (parsed.data.type === 'text_link') checkUrl(parsed.data.url ?? '');
  return parsed.data;
}

function checkBounds(text: string, { offset, length }: Entity): void {
  const end = offset + length;
  if (end > text.length) {
    throw badRequest(
      `Entity beginning at UTF-16 offset ${offset} ends after the end of the text at UTF-16 offset ${end}`,
    );
  }
  if (splitsSurrogatePair(text, offset)) {
    throw badRequest(
      `Entity begins in a middle of a UTF-16 symbol at byte offset ${byteOffset(text, offset)}`,
    );
  }
  if (splitsSurrogatePair(text, end)) {
    throw badRequest(
      `Entity beginning at UTF-16 offset ${offset} ends in a middle of a UTF-16 symbol at byte offset ${byteOffset(text, end)}`,
    );
  }
}

function splitsSurrogatePair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
}

function checkUrl(url: string): void {
  if (!isLinkable(url)) throw badRequest(`Entity URL '${url}' is invalid: Wrong HTTP URL`);
}

/** Whether Telegram takes it as the address of a link or button: http, https, tg or ton, or a bare domain. */
export function isLinkable(url: string): boolean {
  if (/^(tg|ton):\/\/\S+$/i.test(url)) return true;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`;
  if (!URL.canParse(withScheme)) return false;
  const { protocol, hostname } = new URL(withScheme);
  return /^https?:$/.test(protocol) && (hostname.includes('.') || hostname.startsWith('['));
}

/** Telegram reports positions in UTF-8 bytes. */
export function byteOffset(text: string, utf16Offset: number): number {
  return new TextEncoder().encode(text.slice(0, utf16Offset)).length;
}
