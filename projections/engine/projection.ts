import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { RecordedEvent } from '#contracts/events.ts';
import type { RecordedDelivery } from './delivery.ts';

/** A pool, or a client inside a transaction. */
export type Queryable = Pick<ClientBase, 'query'>;

/** Which server the tables live on. `analytics` may be one of its own. */
export type DatabaseName = 'schedules' | 'analytics';

/** A record with the instant at which the server stored it, epoch ms by the server's clock. */
export type Stored<R> = R & { storedAtMs: number };

/**
 * Writes one batch, in the order of its stream, with a few bulk statements on unqualified table names. The rows
 * must depend on the messages alone: not on a clock, on where batches end, or on how far the other stream is.
 */
export type Apply<R> = (batch: readonly Stored<R>[], db: Queryable) => Promise<void>;

/** The streams a projection reads. Handlers of two streams write different tables, so that they commute. */
export type Sources = { EVENTS?: Apply<RecordedEvent>; DELIVERIES?: Apply<RecordedDelivery> };
export type SourceName = keyof Sources;

/** Services that read projections. */
export const READERS = ['shards', 'sender', 'bot'] as const;
/** Services that use a database. */
export type ServiceName = 'projector' | (typeof READERS)[number];
/** People who write SQL: they see the views of the projections that name them, and nothing else. */
export const ANALYST = 'analyst';
/** All that have a login role of their own. */
export type RoleHolder = ServiceName | typeof ANALYST;

/** What `<name>/projection.ts` exports as `projection`. */
export type ProjectionDefinition = {
  database: DatabaseName;
  sources: Sources;
  /** Who may read its views: services, and analysts; none unless they are named. */
  readers?: readonly ((typeof READERS)[number] | typeof ANALYST)[];
  /** Provisioned and projected only where the setting PROJECTIONS names it. */
  default?: 'off';
};

/** A definition with what else its folder holds. */
export type Projection = ProjectionDefinition & {
  /** The folder's name, and that of the schema that readers use. */
  name: string;
  /** Where the code of its handlers is; a definition that was put together elsewhere has none. */
  folder?: string;
  /** Text of `tables.sql`: changed tables need a rebuild. */
  tables: string;
  /** Text of `views.sql`, empty without one: changed views are made again by provisioning. */
  views: string;
};

/** Raised when the tables in use were not built from this `tables.sql`: writing to them could spoil them. */
export class RebuildNeeded extends Error {
  override name = 'RebuildNeeded';
}

export function sourceNames(projection: ProjectionDefinition): SourceName[] {
  const all: SourceName[] = ['DELIVERIES', 'EVENTS'];
  return all.filter((source) => projection.sources[source] !== undefined);
}

/** Name of the durable consumer that feeds a projection from a stream. */
export function projectionConsumer(name: string, source: SourceName): string {
  return `projection-${name}-${source.toLowerCase()}`;
}

/** Of the text of a projection's tables, to the letter; see definitions.ts. */
export function fingerprint(projection: Projection): string {
  return hashOf([projection.tables, ...sourceNames(projection)].join('\n'));
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
