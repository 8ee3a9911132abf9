import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#services/platform/process/clock.ts';

const COOKIE = 'habitstream_console';
const LASTS_MS = 12 * 3_600_000;
/** After a wrong password, for everybody: a password of 12 characters is not found at one try a second. */
const WAIT_MS = 1_000;

export type Login = {
  /** @returns the value of `set-cookie`, or undefined when the password is wrong or the last wrong one was just now. */
  enter(password: string): string | undefined;
  /** The value of `set-cookie` that ends a session in this browser. */
  leave(): string;
  /** @param cookies the request's header. @returns whether its sender has logged in within the last 12 hours. */
  isIn(cookies: string | undefined): boolean;
};

/**
 * Sessions that no process has to remember: a signed instant, valid for every replica with the same password and for none with another.
 * @param isSecure whether the console is reached by https.
 */
export function openLogin(password: string, clock: Clock, isSecure: boolean): Login {
  const key = createHmac('sha256', password).update('habitstream console session').digest();
  // Compared by digests, which are of one length, under a key of this process alone.
  const compare = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', compare).update(text).digest();
  const expected = digest(password);
  const sign = (until: string) => createHmac('sha256', key).update(until).digest('base64url');
  const cookie = (value: string, ageS: number) =>
    `${COOKIE}=${value}; Path=/; Max-Age=${ageS}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  let wrongAtMs = Number.NEGATIVE_INFINITY;
  return {
    enter(tried) {
      const nowMs = clock.now();
      if (Math.abs(nowMs - wrongAtMs) < WAIT_MS) return undefined;
      if (!timingSafeEqual(digest(tried), expected)) {
        wrongAtMs = nowMs;
        return undefined;
      }
      const until = String(nowMs + LASTS_MS);
      return cookie(`${until}.${sign(until)}`, LASTS_MS / 1000);
    },
    leave: () => cookie('', 0),
    isIn(cookies) {
      const [until = '', signature = ''] = valueIn(cookies).split('.');
      if (!/^\d{1,15}$/.test(until)) return false;
      const isOurs = timingSafeEqual(digest(signature), digest(sign(until)));
      const leftMs = Number(until) - clock.now();
      return isOurs && leftMs > 0 && leftMs <= LASTS_MS;
    },
  };
}

function valueIn(cookies = ''): string {
  const found = cookies.split(';').find((each) => each.trim().startsWith(`${COOKIE}=`));
  return found?.trim().slice(COOKIE.length + 1) ?? '';
}
