import { TimeoutError } from '@nats-io/transport-node';
import type { DomainEvent } from '#contracts/events.ts';
import { eventSubject } from '#contracts/subjects.ts';
import { lastMessage } from '../jetstream/direct-get.ts';
import { type Aggregate, endsWith, evolveFold, type Fold, initialFold } from './aggregate.ts';
import type { Ports } from './publish.ts';
import { eventsAfter } from './read-log.ts';
import type { FoundSnapshot, Snapshot } from './snapshots.ts';
import type { AggregateRef } from './stream-name.ts';

type Folding<State, Event extends DomainEvent> = Pick<
  Aggregate<State, never, Event>,
  'shapeVersion' | 'initialState' | 'evolve'
>;

/** An aggregate folded up to `sequence` (0: nothing yet). `saved` is where its snapshot stands. */
export type Loaded<State> = { fold: Fold<State>; sequence: number; saved: number; revision: number };

/** What a snapshot gives, or the beginning when it is absent or of another shape. */
export function fromSnapshot<State, Event extends DomainEvent>(
  folding: Folding<State, Event>,
  { snapshot, revision }: FoundSnapshot,
): Loaded<State> {
  if (snapshot?.shape !== folding.shapeVersion) return beginning(folding, revision);
  const { state, decisions, sequence } = snapshot;
  // Snapshots were checked when they were read: see snapshots.ts.
  return { fold: { state: state as State, decisions }, sequence, saved: sequence, revision };
}

export function toSnapshot<State>(shape: number, { fold, sequence }: Loaded<State>): Snapshot {
  return { shape, sequence, decisions: [...fold.decisions], state: fold.state };
}

export function beginning<State>(folding: { initialState(): State }, revision: number): Loaded<State> {
  return { fold: initialFold(folding), sequence: 0, saved: 0, revision };
}

/**
 * Folds what the log has after what is loaded, from whichever replica answers. What a snapshot gave is folded from the
 * beginning when its last event is not where it stood: the log was put back to an earlier state and has grown again, or
 * is another one.
 */
export async function loadRest<State, Event extends DomainEvent>(
  { nats }: Pick<Ports, 'nats'>,
  ref: AggregateRef,
  folding: Folding<State, Event>,
  loaded: Loaded<State>,
): Promise<Loaded<State>> {
  let { fold, sequence } = loaded;
  let isOfThisLog = sequence === 0 || sequence !== loaded.saved;
  // Its last event comes along, in the same request.
  const after = isOfThisLog ? sequence : sequence - 1;
  for await (const page of eventsAfter(nats, eventSubject(ref.userId, ref.aggregateId), after)) {
    for (const event of page) {
      if (!isOfThisLog) {
        if (event.sequence !== sequence || !endsWith(fold, event.id))
          return loadRest({ nats }, ref, folding, beginning(folding, loaded.revision));
        isOfThisLog = true;
        continue;
      }
      // Reading checked that an account's subject holds events of accounts, and a habit's those of habits.
      fold = evolveFold(folding, fold, event as DomainEvent as Event, event.id);
      sequence = event.sequence;
    }
  }
  return { ...loaded, fold, sequence };
}

const REPLICA_TRIES = 100;
const REPLICA_WAIT_MS = 20;

/**
 * Folds the log up to what its leader says is the last event. A state that is ahead of the log (of a log restored
 * from an older backup) is folded from its beginning.
 * @throws {TimeoutError} when no replica has caught up with the leader within 2 seconds.
 */
export async function loadLatest<State, Event extends DomainEvent>(
  ports: Ports,
  ref: AggregateRef,
  folding: Folding<State, Event>,
  loaded: Loaded<State>,
): Promise<Loaded<State>> {
  const last = await lastSequence(ports, ref);
  let caught = loaded.sequence > last ? beginning(folding, loaded.revision) : loaded;
  for (let tries = 0; caught.sequence < last; tries++) {
    if (tries === REPLICA_TRIES) throw new TimeoutError();
    if (tries > 0) await ports.clock.sleep(REPLICA_WAIT_MS);
    caught = await loadRest(ports, ref, folding, caught);
  }
  return caught;
}

/** The last sequence of an aggregate's subject as the leader has it, 0 without events. */
export async function lastSequence(
  { nats }: Pick<Ports, 'nats'>,
  { userId, aggregateId }: AggregateRef,
): Promise<number> {
  return (await lastMessage(nats, 'EVENTS', eventSubject(userId, aggregateId)))?.seq ?? 0;
}
