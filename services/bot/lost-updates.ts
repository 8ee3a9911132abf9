import { type JetStreamManager, jetstreamManager, type StoredMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { StoredUpdate } from '#contracts/messages.ts';
import { parseEventSubject, updateSubject } from '#contracts/subjects.ts';
import { lastMessage } from '#services/platform/jetstream/direct-get.ts';
import type { Ports } from '#services/platform/process/run-service.ts';

/** Shorter than UPDATES remembers, so that an update which is not there was not simply forgotten. */
const REMEMBERED_MS = 40 * 3_600_000;
/** So many events are looked at: some of the last ones may have another cause. */
const LOOKS = 20;
const Caused = z.object({ causationId: z.templateLiteral(['update-', z.int()]) });

/**
 * Says, now and after each reconnection to another server process, when UPDATES was put back to an earlier state. What
 * was handled is in EVENTS and is not handled again; what was taken since and not handled is gone.
 */
export async function tellOfLostUpdates({ nats, clock, log }: Ports): Promise<void> {
  const tell = async () => {
    const line = await lostUpdates(nats, clock.now());
    if (line !== undefined) log.error(line);
  };
  const failed = (error: unknown) => log.warn({ err: error }, 'UPDATES could not be compared with EVENTS');
  await tell().catch(failed);
  let server = nats.info?.server_id;
  for await (const { type } of nats.status()) {
    if (type !== 'reconnect' || nats.info?.server_id === server) continue;
    server = nats.info?.server_id;
    await tell().catch(failed);
  }
}

/** @returns one line for operators when the update that caused the last event is not in UPDATES. */
async function lostUpdates(nats: NatsConnection, nowMs: number): Promise<string | undefined> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const event = await lastCausedByUpdate(manager, nowMs - REMEMBERED_MS);
  if (!event) return undefined;
  const update = await lastMessage(nats, 'UPDATES', event.subject);
  const isThere = update && (update.time.getTime() > event.storedAtMs || idOf(update) === event.updateId);
  if (isThere) return undefined;
  const { state } = await manager.streams.info('UPDATES');
  return (
    `UPDATES is older than EVENTS: it ends at ${state.last_seq} (stored ${state.last_ts}), before the update of an event ` +
    `stored ${new Date(event.storedAtMs).toISOString()}. What people sent in between and was not handled is lost; ` +
    'nothing has to be run.'
  );
}

type CausedEvent = { subject: string; updateId: number; storedAtMs: number };

async function lastCausedByUpdate(
  manager: JetStreamManager,
  sinceMs: number,
): Promise<CausedEvent | undefined> {
  const { state } = await manager.streams.info('EVENTS');
  const oldest = Math.max(state.first_seq, state.last_seq - LOOKS + 1, 1);
  for (let seq = state.last_seq; seq >= oldest; seq--) {
    const message = await manager.streams.getMessage('EVENTS', { seq });
    const place = message && parseEventSubject(message.subject);
    const caused = message && Caused.safeParse(parsed(message)).data;
    if (!message || !place || !caused || message.time.getTime() < sinceMs) continue;
    const updateId = Number(caused.causationId.slice('update-'.length));
    return { subject: updateSubject(place.userId), updateId, storedAtMs: message.time.getTime() };
  }
  return undefined;
}

const idOf = (update: StoredMsg) => StoredUpdate.safeParse(parsed(update)).data?.update_id;

function parsed(message: StoredMsg): unknown {
  try {
    return JSON.parse(message.string());
  } catch {
    return undefined;
  }
}
