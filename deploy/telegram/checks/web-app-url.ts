/**
 * Whether Telegram would open a Mini App there: https alone, and as in Telegram's test servers also http, but of this machine
 * only.
 */
export function isWebAppUrl(url: unknown): url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname));
}
