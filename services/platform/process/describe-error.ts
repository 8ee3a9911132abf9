/*
 * The one way in which an error leaves a process: to the log, to stderr, into a dead letter. Errors carry what was being
 * done (grammY the whole payload, Postgres the row that it refused, a URL its password), so only fields that are named
 * here are taken, and no text that quotes its input.
 */

/** What is told of an error. `stack` has its frames alone, innermost first. */
export type ErrorDescription = {
  type: string;
  message: string;
  stack: string;
  cause?: ErrorDescription;
  /** Of an error that stands for several: the first few. */
  errors?: ErrorDescription[];
  /** The chat that a refused call of Telegram named. */
  chat?: number | string;
  [field: string]: unknown;
};

/** Facts of which system errors, Postgres, NATS and Telegram have some. None of them holds content. */
const FIELDS = [
  'code',
  'status',
  'syscall',
  'severity',
  'table',
  'column',
  'constraint',
  'error_code',
  'description',
  'method',
] as const;

const MOST_CHARACTERS = 2_000;
const MOST_ERRORS = 4;
/** Causes below this depth are left out: they may be circular. */
const DEEPEST_CAUSE = 5;

/** A token of Telegram: in the URL of every request, or alone. */
const TOKEN = /(bot)?\d+:[\w-]{20,}/g;
/**
 * User and password of a URL, or what stands there alone: with NATS that is a token. A password may itself have an `@`, so
 * what counts is the last one before a slash.
 */
const USER_INFO = /([a-z][a-z+.-]*:\/\/(?:[^\s/:@"'<>]*:)?)[^\s/"'<>]*@/gi;

/** `text` without tokens of Telegram, and without passwords and tokens in URLs. */
export function withoutSecrets(text: string): string {
  return text.replace(TOKEN, '$1<redacted>').replace(USER_INFO, '$1<redacted>@');
}

/** What may be told of whatever was thrown. */
export function describeError(thrown: unknown, depth = 0): ErrorDescription {
  if (!(thrown instanceof Error)) {
    const message = typeof thrown === 'object' && thrown !== null ? 'not an error' : textOf(String(thrown));
    return { type: typeof thrown, message, stack: '' };
  }
  const fields = fieldsOf(thrown);
  const quotes = quotesItsInput(thrown, fields);
  const told = (text: string) => textOf(quotes ? withoutQuotes(text) : text);
  const chosen = FIELDS.filter((name) => fields[name] !== undefined).map((name) => {
    const value = fields[name];
    return [name, typeof value === 'string' ? told(value) : value];
  });
  const below = depth < DEEPEST_CAUSE ? causesOf(thrown, fields, depth + 1) : {};
  const chat = chatOf(fields.payload);
  return {
    type: nameOf(thrown),
    message: told(thrown.message),
    stack: framesOf(thrown),
    ...Object.fromEntries(chosen),
    ...(chat === undefined ? {} : { chat }),
    ...below,
  };
}

/** {@link describeError} in one line, without the places in the code. */
export function errorLine(thrown: unknown): string {
  return lineOf(describeError(thrown));
}

/** {@link describeError} as a person reads it in a terminal: each cause below, with the places in the code. */
export function errorReport(thrown: unknown): string {
  return reportOf(describeError(thrown));
}

function lineOf({ cause, ...error }: ErrorDescription): string {
  const own = `${error.type}: ${error.message}${codeOf(error)}`;
  return cause === undefined ? own : `${own}; caused by ${lineOf(cause)}`;
}

function reportOf({ cause, errors = [], ...error }: ErrorDescription): string {
  const below = [...(cause === undefined ? [] : [cause]), ...errors];
  return [
    `${error.type}: ${error.message}${codeOf(error)}`,
    ...(error.stack === '' ? [] : [error.stack]),
    ...below.map((each) => `caused by ${reportOf(each)}`),
  ].join('\n');
}

function codeOf({ code, message }: { message: string; code?: unknown }): string {
  return code === undefined || message.includes(String(code)) ? '' : ` (${code})`;
}

function causesOf(error: Error, { error: inner, errors }: Record<string, unknown>, depth: number) {
  // grammY's HttpError has its cause in `error`.
  const cause = error.cause ?? (inner instanceof Error ? inner : undefined);
  return {
    ...(cause === undefined ? {} : { cause: describeError(cause, depth) }),
    ...(Array.isArray(errors)
      ? { errors: errors.slice(0, MOST_ERRORS).map((each) => describeError(each, depth)) }
      : {}),
  };
}

/** Own fields and those of its class, such as the `code` of JetStream's errors. Only strings and numbers count as facts. */
function fieldsOf(error: Error): Record<string, unknown> {
  const names = [...FIELDS, 'payload', 'error', 'errors'];
  const found = names.map((name) => [name, name in error ? Reflect.get(error, name) : undefined] as const);
  const isFact = (value: unknown) => typeof value === 'string' || typeof value === 'number';
  return Object.fromEntries(
    found.filter(([name, value]) => !FIELDS.some((fact) => fact === name) || isFact(value)),
  );
}

/**
 * Messages that quote what was given: of a parser; of Postgres's class 22, "data exception"; and of Telegram, whose
 * descriptions may quote the message.
 */
function quotesItsInput(error: Error, { code, severity, error_code }: Record<string, unknown>): boolean {
  if (error instanceof SyntaxError || error_code !== undefined) return true;
  return severity !== undefined && typeof code === 'string' && code.startsWith('22');
}

/** From the first quotation mark to the last: what is quoted may have some itself. */
function withoutQuotes(text: string): string {
  return text.replace(/".*"/s, '"…"');
}

function textOf(text: string): string {
  return withoutSecrets(text.slice(0, MOST_CHARACTERS));
}

/** The message stands at the head of a stack, and may itself look like frames. */
function framesOf({ stack = '', message }: Error): string {
  const head = stack.indexOf(message);
  const below = head < 0 ? stack : stack.slice(head + message.length);
  const frames = below.split('\n').filter((line) => /^\s+at /.test(line));
  return textOf(frames.join('\n'));
}

function nameOf(error: Error): string {
  const { name } = error.constructor;
  return name === '' || error.name !== 'Error' ? error.name : name;
}

function chatOf(payload: unknown): number | string | undefined {
  if (typeof payload !== 'object' || payload === null || !('chat_id' in payload)) return undefined;
  const { chat_id: chat } = payload;
  return typeof chat === 'number' || typeof chat === 'string' ? chat : undefined;
}
