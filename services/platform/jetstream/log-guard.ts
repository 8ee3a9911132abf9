import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LOG_ID, type LogPosition, type SeenMessage } from '#contracts/logs.ts';
import type { ReadinessCheck } from '../process/readiness.ts';
import { StoresDisagree } from './errors.ts';

/** A stream as it is now. */
export type LogState = { id: string; lastSequence: number };

export type LogGuard = {
  /** Whether the server is still the process that was asked last. True before the first time. */
  isCurrent(): boolean;
  /**
   * Compares what tables remember with the log. By what was seen last, unless the server is another process since.
   * @param look `fresh` asks the server in any case.
   * @throws {StoresDisagree} when the tables were not made from this log.
   */
  check(position: LogPosition, look?: 'fresh'): Promise<LogState>;
};

export type GuardedLog = {
  stream: string;
  /** The projection whose tables were made from it. */
  projection: string;
};

/**
 * Keeps tables from being used with a log that they were not made from: another one, one put back to an earlier state, or
 * one that has grown again since then. A log only changes like that together with its server's process, or under a
 * reader that meets what it had already read: those look again.
 */
export function openLogGuard(nats: NatsConnection, log: GuardedLog): LogGuard {
  let known: { state: LogState; server: string | undefined } | undefined;

  const isCurrent = () => known === undefined || known.server === nats.info?.server_id;

  return {
    isCurrent,
    async check(position, look) {
      const isSame = position.logId === null || position.logId === known?.state.id;
      if (known && isCurrent() && isSame && look !== 'fresh') return known.state;
      const server = nats.info?.server_id;
      const state = await readLogState(nats, log);
      const mismatch = await findMismatch(nats, log.stream, position, state);
      if (mismatch) throw disagreement(log, position, mismatch);
      known = { state, server };
      return state;
    },
  };
}

/** Where a log stands at one of its sequences, for tables that are made up to it. */
export async function positionIn(
  nats: NatsConnection,
  stream: string,
  sequence: number,
): Promise<LogPosition> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const { config, created } = await manager.streams.info(stream);
  const seen = sequence > 0 ? await messageAt(manager, stream, sequence) : undefined;
  return { sequence, logId: config.metadata?.[LOG_ID] ?? created, seen: seen ?? null };
}

type Mismatch =
  | { kind: 'otherLog'; logId: string; lastSequence: number }
  | { kind: 'shorter'; lastSequence: number; lastStoredAt: string }
  | { kind: 'grownAgain'; seen: SeenMessage; found: SeenMessage };

async function readLogState(nats: NatsConnection, { stream }: GuardedLog): Promise<LogState> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const { config, created, state } = await manager.streams.info(stream);
  return { id: config.metadata?.[LOG_ID] ?? created, lastSequence: state.last_seq };
}

async function findMismatch(
  nats: NatsConnection,
  stream: string,
  { sequence, logId, seen }: LogPosition,
  { id, lastSequence }: LogState,
): Promise<Mismatch | undefined> {
  if (sequence === 0) return undefined;
  if (logId !== null && logId !== id) return { kind: 'otherLog', logId: id, lastSequence };
  const manager = await jetstreamManager(nats, { checkAPI: false });
  if (sequence > lastSequence) {
    const { state } = await manager.streams.info(stream);
    return { kind: 'shorter', lastSequence, lastStoredAt: state.last_ts };
  }
  // Deleted since, by its age or to forget a person: then the bounds alone count.
  const found = seen ? await messageAt(manager, stream, seen.sequence) : undefined;
  return seen && found && !isOne(seen, found) ? { kind: 'grownAgain', seen, found } : undefined;
}

async function messageAt(
  manager: JetStreamManager,
  stream: string,
  sequence: number,
): Promise<SeenMessage | undefined> {
  const message = await manager.streams.getMessage(stream, { seq: sequence });
  return message ? { sequence, storedAtMs: message.time.getTime() } : undefined;
}

/** The same nanoseconds come as text here and as a number there, and are cut to milliseconds in two ways. */
function isOne(one: SeenMessage, other: SeenMessage): boolean {
  return Math.abs(one.storedAtMs - other.storedAtMs) <= 1;
}

function disagreement(
  { stream, projection }: GuardedLog,
  { sequence, logId, seen }: LogPosition,
  mismatch: Mismatch,
): StoresDisagree {
  const made = `the tables of ${projection} were made from ${stream} up to ${sequence}`;
  const stored = seen ? ` (stored ${at(seen)})` : '';
  const rebuild = `To go on with this NATS: npm run habitstream -- projections rebuild ${projection}`;
  switch (mismatch.kind) {
    case 'otherLog':
      return new StoresDisagree(
        `Postgres and NATS do not belong together: ${made}${stored} of the log begun ${logId}, but this NATS has the ` +
          `log begun ${mismatch.logId}, up to ${mismatch.lastSequence}.`,
        `Correct NATS_URL or DATABASE_URL, or put the other NATS back. ${rebuild}`,
      );
    case 'shorter':
      return new StoresDisagree(
        `NATS is older than Postgres: ${made}${stored}, but it ends at ${mismatch.lastSequence} (stored ` +
          `${mismatch.lastStoredAt}).`,
        `Put the newer NATS back. ${rebuild}`,
      );
    case 'grownAgain':
      return new StoresDisagree(
        `NATS was put back to an earlier state than Postgres, and has grown again: ${made}, where message ` +
          `${mismatch.seen.sequence} was one stored ${at(mismatch.seen)}, and now is one stored ${at(mismatch.found)}.`,
        `Put the NATS from before that back. ${rebuild}`,
      );
  }
}

const at = ({ storedAtMs }: SeenMessage): string => new Date(storedAtMs).toISOString();

/** For `/readyz`: what a check of stores says, which may ask servers. That one of them is away is another matter. */
export function storesCheck(check: () => Promise<unknown>): ReadinessCheck {
  return {
    name: 'stores',
    async problem() {
      try {
        await check();
        return undefined;
      } catch (error) {
        return error instanceof StoresDisagree ? error.message : undefined;
      }
    },
  };
}
