import { plainWords } from './plain-words.ts';
import type { TypedText } from './typed-text.ts';

const LONGEST = 30;
const YES =
  /^(?:yes|yep|yeah|y|ok|okay|sure|right|correct|create(?: it)?|looks? (?:right|good)|👍|✅|да|ага|ок|окей|хорошо|верно|все верно|создать|создай)\.?$/u;
const NO =
  /^(?:no|nope|n|none|never|no thanks|no,? thank you|don't|нет|не надо|не нужно|не нужны|никогда|ни разу)\.?$/u;

/** An answer to a question that a button would answer too; undefined for other words. */
export function readYesNo(text: TypedText): 'yes' | 'no' | undefined {
  const words = plainWords(text, LONGEST)?.replaceAll('’', "'") ?? '';
  if (YES.test(words)) return 'yes';
  return NO.test(words) ? 'no' : undefined;
}
