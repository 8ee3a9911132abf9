import { createHmac } from 'node:crypto';

/** Fields as Telegram gives them to a page. */
export type Fields = Record<string, string>;

export function fieldsOf(userId: number, nowMs: number, languageCode = 'en'): Fields {
  return {
    query_id: 'AAHdF6IQAAAAAN0XohDhrOrc',
    user: JSON.stringify({ id: userId, first_name: 'Ann & Bob=✓', language_code: languageCode }),
    auth_date: String(Math.floor(nowMs / 1_000)),
    signature: 'c2lnbmF0dXJlLW9mLVRlbGVncmFt',
  };
}

/** Signed by Telegram's rule, written here once more from its documentation: core.telegram.org/bots/webapps. */
export function signed(fields: Fields, botToken: string): string {
  const lines = Object.keys(fields)
    .sort()
    .map((name) => `${name}=${fields[name]}`);
  const secret = createHmac('sha256', 'WebAppData').update(botToken).digest();
  const hash = createHmac('sha256', secret).update(lines.join('\n')).digest('hex');
  return new URLSearchParams({ ...fields, hash }).toString();
}
