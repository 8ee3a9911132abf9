import { type Entity, sortEntities } from './entities.ts';

/** What Telegram finds by itself in a text, in order of precedence. */
const PATTERNS: readonly { type: string; pattern: RegExp }[] = [
  { type: 'url', pattern: /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/giu },
  { type: 'email', pattern: /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/giu },
  {
    type: 'bot_command',
    pattern: /(?<![\p{L}\p{N}_/<>])\/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\p{L}\p{N}_/])/giu,
  },
  { type: 'mention', pattern: /(?<![\p{L}\p{N}_@])@[A-Za-z]\w{3,31}\b/giu },
  { type: 'hashtag', pattern: /(?<![\p{L}\p{N}_#])#[\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*/giu },
];
/** Inside these Telegram finds nothing. */
const OPAQUE: ReadonlySet<string> = new Set(['code', 'pre', 'text_link', 'text_mention']);

/** The given entities together with the commands, links, mentions, hashtags and addresses found in the text. */
export function withDetectedEntities(text: string, given: readonly Entity[]): Entity[] {
  const taken = given.filter((entity) => OPAQUE.has(entity.type));
  const found: Entity[] = [];
  for (const { type, pattern } of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const candidate = { type, offset: match.index, length: match[0].length };
      if (![...taken, ...found].some((other) => overlap(candidate, other))) found.push(candidate);
    }
  }
  return sortEntities([...given, ...found]);
}

function overlap(a: Entity, b: Entity): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}
