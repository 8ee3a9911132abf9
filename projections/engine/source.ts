import { parseEvent } from '#contracts/events.ts';
import { parseDelivery } from './delivery.ts';
import { inHalves } from './in-halves.ts';
import type { Apply, Projection, Queryable, SourceName, Stored } from './projection.ts';

/** A message of a stream as it is stored. */
export type LogMessage = {
  subject: string;
  sequence: number;
  data: Uint8Array;
  /** When it was stored, epoch ms by the server's clock. */
  storedAtMs: number;
};

/** A message that no projection of this form can take, and why. The same ones are left out live and in a rebuild. */
export type Rejected = { sequence: number; error: unknown };

/** Messages parsed, to be written together. Their raw bytes are not kept: they are most of the memory. */
export type Batch = {
  /** Reads messages that follow those added before. */
  add(messages: readonly LogMessage[]): void;
  /** How many were added. */
  size(): number;
  /** Could not be read. */
  unreadable: readonly Rejected[];
  /** Writes the others inside the caller's transaction. @returns those whose data Postgres refuses for good. */
  write(db: Queryable): Promise<Rejected[]>;
};

/** How a projection takes messages of one of its sources: opens a batch. @throws when it has no such source. */
export function sourceOf(projection: Projection, source: SourceName): () => Batch {
  const { EVENTS, DELIVERIES } = projection.sources;
  if (source === 'EVENTS' && EVENTS) return () => openBatch(parseEvent, EVENTS);
  if (source === 'DELIVERIES' && DELIVERIES) return () => openBatch(parseDelivery, DELIVERIES);
  throw new Error(`projection ${projection.name} does not read ${source}`);
}

type Readable<R> = { sequence: number; record: Stored<R> };
type Parse<R> = (subject: string, body: unknown, sequence: number) => R;

function openBatch<R extends object>(parse: Parse<R>, apply: Apply<R>): Batch {
  const readable: Readable<R>[] = [];
  const unreadable: Rejected[] = [];
  const read = ({ subject, sequence, data, storedAtMs }: LogMessage) => {
    try {
      const record = parse(subject, JSON.parse(text.decode(data)), sequence);
      readable.push({ sequence, record: Object.assign(record, { storedAtMs }) });
    } catch (error) {
      unreadable.push({ sequence, error });
    }
  };
  return {
    add: (messages) => messages.forEach(read),
    size: () => readable.length + unreadable.length,
    unreadable,
    write: (db) => writeIsolating(readable, apply, db),
  };
}

const text = new TextDecoder();

/** Each half is written in a savepoint, so that a refused one leaves the transaction as it was. */
async function writeIsolating<R>(
  readable: readonly Readable<R>[],
  apply: Apply<R>,
  db: Queryable,
): Promise<Rejected[]> {
  const rejected: Rejected[] = [];
  const write = async (some: readonly Readable<R>[]) => {
    await db.query('SAVEPOINT batch');
    try {
      await apply(
        some.map(({ record }) => record),
        db,
      );
    } catch (error) {
      // A connection that broke has no savepoint any more; the first error is the one that tells why.
      await db.query('ROLLBACK TO SAVEPOINT batch; RELEASE SAVEPOINT batch').catch(() => {});
      throw error;
    }
    await db.query('RELEASE SAVEPOINT batch');
  };
  await inHalves(readable, write, ({ sequence }, error) => rejected.push({ sequence, error }));
  return rejected;
}
