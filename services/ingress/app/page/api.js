import { initData } from './telegram.js';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;
/** The bot answers a view within five seconds or not at all, a change within eight. */
const TIMEOUT_MS = 20_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** 128 random bits. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One request. @returns `{ status, body }`; a status of 0 when there was no answer. */
async function request(path, { method = 'GET', headers = {}, body } = {}) {
  try {
    const response = await fetch(`/app/api/${path}`, {
      method,
      body,
      headers: { authorization: `tma ${initData}`, ...headers },
      // Older phones have none, and wait as long as the network lets them.
      signal: AbortSignal.timeout?.(TIMEOUT_MS),
    });
    return { status: response.status, body: await response.json() };
  } catch {
    return { status: 0, body: { outcome: 'away' } };
  }
}

/** These are for the person to try again. */
const FINAL = ['notSaved', 'tryLater'];
const isPassing = ({ status, body }) =>
  status === 0 || status === 429 || (status >= 500 && !FINAL.includes(body.outcome));

/**
 * Asks until there is an answer that does not pass by itself. `onWaiting(outcome)` is told of each that does, and of
 * `undefined` once there is another.
 */
async function lasting(ask, onWaiting) {
  for (let tries = 0; ; tries++) {
    const reply = await ask();
    if (!isPassing(reply)) {
      if (tries > 0) onWaiting(undefined);
      return reply;
    }
    onWaiting(reply.body.outcome);
    await pause(
      reply.status === 429 ? LONGEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries),
    );
  }
}

/** A part of what the page shows: of the years given or of this and the last one, and of the habits after one. */
export function askView({ years, after }, onWaiting) {
  const part = new URLSearchParams({ ...(years && { years: years.join(',') }), ...(after && { after }) });
  return lasting(() => request(`view?${part}`), onWaiting);
}

/**
 * Sends a change until it is answered, under one key however often: it happens once. One that was throttled did not happen,
 * and goes under another key.
 */
export function sendChange(change, onWaiting) {
  let key = newKey();
  return lasting(async () => {
    const reply = await request('changes', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(change),
    });
    if (reply.status === 429) key = newKey();
    return reply;
  }, onWaiting);
}
