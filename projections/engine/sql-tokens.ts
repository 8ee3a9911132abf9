/*
 * SQL without comments and white space, by Postgres's lexical rules: two texts with the same tokens are one definition.
 * What Postgres takes for one token stays one: a string with its prefix, an operator of several characters.
 */

/** No other: a no-break space is a letter to Postgres. */
const WHITE_SPACE = /[ \t\n\r\f\v]+/y;
const LINE_COMMENT = /--[^\n\r]*/y;
/** The tag does not begin with a digit: `$1` is a parameter. */
const DOLLAR_QUOTE = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const ESCAPE_STRING = /[eE]'(?:[^'\\]|\\[\s\S]|'')*'?/y;
const STRING = /(?:[bBnNxX]|[uU]&)?'(?:[^']|'')*'?/y;
const QUOTED_NAME = /(?:[uU]&)?"(?:[^"]|"")*"?/y;
const WORD = /[\w\u0080-\uffff][\w$\u0080-\uffff]*/y;
const PUNCTUATION = /::|:=|\.\./y;
/** Up to where a comment begins. */
const OPERATOR = /(?:(?!--|\/\*)[-+*/<>=~!@#%^&|`?])+/y;
/** An operator of several characters ends in + or - only when it has one of these. */
const MAY_END_IN_SIGN = /[~!@#%^&|`?]/;

const BETWEEN_TOKENS = [WHITE_SPACE, LINE_COMMENT];
const TOKENS = [ESCAPE_STRING, STRING, QUOTED_NAME, WORD, PUNCTUATION];

/** The tokens of SQL text, in order. What is not closed goes on to the end. */
export function sqlTokens(sql: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < sql.length; ) {
    const skipped = blockComment(sql, at) || lengthOf(sql, at, BETWEEN_TOKENS);
    if (skipped === 0) tokens.push(tokenAt(sql, at));
    at += skipped || (tokens.at(-1)?.length ?? 1);
  }
  return tokens;
}

function tokenAt(sql: string, at: number): string {
  const quoted = dollarQuoted(sql, at);
  if (quoted > 0) return sql.slice(at, at + quoted);
  const length = lengthOf(sql, at, TOKENS) || operator(sql, at) || 1;
  return sql.slice(at, at + length);
}

/** Length of what the first pattern that matches takes there, 0 when none does. */
function lengthOf(sql: string, at: number, patterns: readonly RegExp[]): number {
  for (const pattern of patterns) {
    pattern.lastIndex = at;
    const [found] = pattern.exec(sql) ?? [];
    if (found) return found.length;
  }
  return 0;
}

/** Block comments are nested. */
function blockComment(sql: string, at: number): number {
  if (!sql.startsWith('/*', at)) return 0;
  let depth = 1;
  let end = at + 2;
  for (; depth > 0 && end < sql.length; end++) {
    if (sql.startsWith('/*', end)) depth++;
    else if (sql.startsWith('*/', end)) depth--;
    else continue;
    end++;
  }
  return end - at;
}

function dollarQuoted(sql: string, at: number): number {
  const opening = lengthOf(sql, at, [DOLLAR_QUOTE]);
  if (opening === 0) return 0;
  const closing = sql.indexOf(sql.slice(at, at + opening), at + opening);
  return (closing < 0 ? sql.length : closing + opening) - at;
}

function operator(sql: string, at: number): number {
  const found = sql.slice(at, at + lengthOf(sql, at, [OPERATOR]));
  if (found.length < 2 || MAY_END_IN_SIGN.test(found)) return found.length;
  return Math.max(1, found.replace(/[-+]+$/, '').length);
}
