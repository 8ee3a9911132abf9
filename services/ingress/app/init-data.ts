import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { UserId } from '#contracts/ids.ts';

/** Whom Telegram vouches for, or why it is not believed. */
export type InitDataVerdict =
  | { userId: UserId; languageCode: string | undefined }
  | { problem: 'missing' | 'malformed' | 'forged' | 'expired' };

/** Telegram's own are below 1 KB. */
export const LONGEST_INIT_DATA = 4_096;
const MOST_FIELDS = 24;
/**
 * Telegram makes it when the page is opened and never renews it; a page may stay open behind the chat for half a
 * day's work. Who gets hold of it can see and change the person's habits for as long.
 */
export const LONGEST_AGE_MS = 6 * 3_600_000;
/** Two clocks never agree. */
const MOST_AHEAD_MS = 300_000;

const FIELD_NAME = /^[a-z_]{1,32}$/;
const HASH = /^[0-9a-f]{64}$/;
const SECONDS = /^[1-9]\d{0,11}$/;
/** The fields are joined by line feeds before they are signed: one inside a value could stand for another field. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
const User = z.looseObject({ id: z.int().positive(), language_code: z.string().max(35).optional() });

/**
 * Checks what Telegram gave to the page (`initData`) by Telegram's rule: all fields but `hash`, sorted and joined as
 * `name=value` lines, signed by HMAC-SHA-256 with a key made from the bot's token. A field that stands twice, a control
 * character, or anything longer than {@link LONGEST_INIT_DATA} is not looked at further.
 * @param nowMs epoch ms.
 */
export function initDataReader(
  botToken: string,
): (initData: string | undefined, nowMs: number) => InitDataVerdict {
  const key = createHmac('sha256', 'WebAppData').update(botToken).digest();
  return (initData, nowMs) => {
    if (!initData) return { problem: 'missing' };
    const fields = initData.length <= LONGEST_INIT_DATA ? fieldsOf(initData) : undefined;
    const hash = fields?.get('hash') ?? '';
    if (!fields || !HASH.test(hash)) return { problem: 'malformed' };
    if (!timingSafeEqual(signatureOf(fields, key), Buffer.from(hash, 'hex'))) return { problem: 'forged' };
    return readSigned(fields, nowMs);
  };
}

/** Undefined when a name stands twice, or anything is there that Telegram never writes. */
function fieldsOf(initData: string): ReadonlyMap<string, string> | undefined {
  const pairs = [...new URLSearchParams(initData)];
  const isPlain = pairs.every(([name, value]) => FIELD_NAME.test(name) && !CONTROL.test(value));
  const fields = new Map(pairs);
  return isPlain && pairs.length <= MOST_FIELDS && fields.size === pairs.length ? fields : undefined;
}

function signatureOf(fields: ReadonlyMap<string, string>, key: Buffer): Buffer {
  const lines = [...fields].filter(([name]) => name !== 'hash').map(([name, value]) => `${name}=${value}`);
  return createHmac('sha256', key).update(lines.sort().join('\n')).digest();
}

function readSigned(fields: ReadonlyMap<string, string>, nowMs: number): InitDataVerdict {
  const signedAt = fields.get('auth_date') ?? '';
  const user = User.safeParse(parsed(fields.get('user')));
  const userId = UserId.safeParse(String(user.data?.id));
  if (!SECONDS.test(signedAt) || !user.success || !userId.success) return { problem: 'malformed' };
  const ageMs = nowMs - Number(signedAt) * 1_000;
  if (ageMs > LONGEST_AGE_MS || ageMs < -MOST_AHEAD_MS) return { problem: 'expired' };
  return { userId: userId.data, languageCode: user.data.language_code };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
