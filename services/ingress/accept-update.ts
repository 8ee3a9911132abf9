import { setImmediate } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { UserId } from '#contracts/ids.ts';
import { StoredUpdate } from '#contracts/messages.ts';
import { streams } from '#contracts/streams.ts';
import { updateSubject } from '#contracts/subjects.ts';
import { countBy } from '#services/platform/process/metrics.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { userOfUpdate } from './user-of-update.ts';

/** `unowned` (nobody's) and `oversized` are not stored, now or later: repeating them would only hold up others. */
export type Acceptance = 'stored' | 'duplicate' | 'unowned' | 'oversized';

/** Raised for what is no update at all. Telegram would repeat it for a day, so it is said with a 400. */
export class MalformedUpdate extends Error {
  override name = 'MalformedUpdate';
}

/**
 * Stores one update under its user, byte for byte. Resolves when it is durable.
 * @throws {MalformedUpdate} when it is no JSON object with an `update_id`; anything else means: not known to be stored.
 */
export type AcceptUpdate = (body: Uint8Array) => Promise<Acceptance>;

/** Longer than a busy disk needs, shorter than Telegram waits for the answer to a webhook call. */
const STORE_TIMEOUT_MS = 5_000;
/** What a message's id and its framing take of the stream's limit, generously. */
const HEADER_BYTES = 1_024;
const UPDATES_LIMIT_BYTES = streams.find(({ name }) => name === 'UPDATES')?.maxMessageBytes ?? 0;
/** Telegram's own updates are a few kilobytes. */
export const LARGEST_UPDATE_BYTES = UPDATES_LIMIT_BYTES - HEADER_BYTES;

/**
 * Publishes are pipelined: many may wait for their ack at once. An update is stored once in 48 hours however often it
 * comes, also when a request that seemed lost arrives after all: its id goes with it.
 */
export function updateAcceptor({
  nats,
  log,
  metrics,
}: Pick<Ports, 'nats' | 'log' | 'metrics'>): AcceptUpdate {
  const store = updateStore(nats);
  const count = countBy(metrics, UPDATES);
  let unowned = 0;

  async function accept(body: Uint8Array): Promise<Acceptance> {
    const update = parseUpdate(body);
    const userId = userOfUpdate(update);
    if (userId === undefined) {
      unowned++;
      log.info({ kinds: Object.keys(update), unowned }, 'update of nobody, not stored');
      return 'unowned';
    }
    if (body.length > LARGEST_UPDATE_BYTES) {
      log.error({ updateId: update.update_id, bytes: body.length }, 'update too large, not stored');
      return 'oversized';
    }
    const { duplicate } = await store({ userId, updateId: update.update_id, body });
    return duplicate ? 'duplicate' : 'stored';
  }

  return async (body) => {
    const acceptance = await accept(body);
    count(acceptance);
    return acceptance;
  };
}

const UPDATES = {
  name: 'habitstream_updates_total',
  help: 'Updates of Telegram by what became of them; unowned and oversized ones are not stored',
  label: 'result',
  values: ['stored', 'duplicate', 'unowned', 'oversized'] satisfies Acceptance[],
};

export type OwnedUpdate = { userId: UserId; updateId: number; body: Uint8Array | string };

/** Resolves when the update is durable: with its place in UPDATES, and whether it stood there already. */
export type StoreUpdate = (update: OwnedUpdate) => Promise<{ sequence: number; duplicate: boolean }>;

export function updateStore(nats: NatsConnection): StoreUpdate {
  const endOfTurn = sharedTurn();
  const js = jetstream(nats, { timeout: STORE_TIMEOUT_MS });
  return async ({ userId, updateId, body }) => {
    await endOfTurn();
    const { seq, duplicate } = await js.publish(updateSubject(userId), body, { msgID: `update-${updateId}` });
    return { sequence: seq, duplicate };
  };
}

/** Resolves at the end of this turn of the event loop: updates that arrive together go to NATS in one write. */
function sharedTurn(): () => Promise<void> {
  let pending: Promise<void> | undefined;
  return () => {
    pending ??= setImmediate().then(() => {
      pending = undefined;
    });
    return pending;
  };
}

const utf8 = new TextDecoder();

function parseUpdate(body: Uint8Array): StoredUpdate {
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(body));
  } catch (cause) {
    throw new MalformedUpdate('not JSON', { cause });
  }
  const update = StoredUpdate.safeParse(json);
  if (!update.success) throw new MalformedUpdate('no update_id');
  return update.data;
}
