import { withDetectedEntities } from './detect-entities.ts';
import { checkEntities, type Entity } from './entities.ts';
import { jsonParameter, type Parameters, textParameter } from './parameters.ts';
import { type ParsedText, parseHtml } from './parse-html.ts';
import { parseMarkdown } from './parse-markdown.ts';
import { badRequest } from './refusal.ts';

export const LONGEST_TEXT = 4096;
export const LONGEST_CAPTION = 1024;

/** Characters that show nothing; a text of only these is empty to Telegram. */
const INVISIBLE_ONLY = /^[\s\u200b-\u200f\u2060\ufeff]*$/u;

/** The `text` of a send or edit, after its markup was parsed. Throws ApiRefusal. */
export function messageText(parameters: Parameters): ParsedText {
  if (textParameter(parameters, 'text') === '') throw badRequest('message text is empty');
  const parsed = trimmed(marked(parameters, 'text', 'entities'));
  if (INVISIBLE_ONLY.test(parsed.text)) throw badRequest('text must be non-empty');
  if (parsed.text.length > LONGEST_TEXT) throw badRequest('message is too long');
  return { ...parsed, entities: withDetectedEntities(parsed.text, parsed.entities) };
}

/** The optional `caption` of a photo or document. Throws ApiRefusal. */
export function caption(parameters: Parameters): ParsedText {
  const parsed = trimmed(marked(parameters, 'caption', 'caption_entities'));
  if (parsed.text.length > LONGEST_CAPTION) throw badRequest('message caption is too long');
  return { ...parsed, entities: withDetectedEntities(parsed.text, parsed.entities) };
}

function marked(parameters: Parameters, textName: string, entitiesName: string): ParsedText {
  const source = textParameter(parameters, textName);
  const mode = textParameter(parameters, 'parse_mode').toLowerCase();
  if (mode === 'html') return checked(parseHtml(source));
  if (mode === 'markdownv2') return checked(parseMarkdown(source));
  if (mode !== '' && mode !== 'none') throw badRequest('unsupported parse_mode');
  const given = jsonParameter(parameters, entitiesName, "can't parse entities JSON object");
  return { text: source, entities: checkEntities(source, given) };
}

/** A link of the markup whose address is unusable is shown as plain text by Telegram, not refused. */
function checked({ text, entities }: ParsedText): ParsedText {
  const usable = entities.filter((entity) => entity.type !== 'text_link' || (entity.url ?? '') !== '');
  return { text, entities: checkEntities(text, usable) };
}

/** Telegram cuts white space at both ends, and moves the entities along. */
function trimmed({ text, entities }: ParsedText): ParsedText {
  const start = text.length - text.trimStart().length;
  const body = text.trim();
  const moved = entities.map((entity) => within(entity, start, body.length));
  return { text: body, entities: moved.filter((entity) => entity.length > 0) };
}

function within(entity: Entity, start: number, length: number): Entity {
  const from = Math.max(0, entity.offset - start);
  const to = Math.min(length, entity.offset + entity.length - start);
  return { ...entity, offset: from, length: Math.max(0, to - from) };
}
