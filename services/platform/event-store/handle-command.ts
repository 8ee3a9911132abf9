import {
  CommandHandler,
  type Event,
  ExpectedVersionConflictError,
  isExpectedVersionConflictError,
} from '@event-driven-io/emmett';
import { type DomainEvent, domainEvent, type EventMetadata } from '#contracts/events.ts';
import { type Aggregate, decisionId, eventIdOf, evolveFold, type Fold, initialFold } from './aggregate.ts';
import type { EmmettStore } from './emmett-store.ts';
import { catchUp, fromSnapshot, type Loaded, lastSequence, replay, toSnapshot } from './load.ts';
import type { Ports } from './publish.ts';
import type { Snapshots } from './snapshots.ts';
import { type AggregateRef, streamName } from './stream-name.ts';

/** What a command needs of the event store. */
export type CommandStore = EmmettStore & Ports & { snapshots: Snapshots };

export type Handled<State, Event> = {
  /** As it is after the command: answer the person from it. */
  state: State;
  /** What was stored; nothing when it was already so, or when this decision had been made before. */
  events: Event[];
  /** Of the aggregate's stream, as Emmett counts it. */
  version: bigint;
};

type Recorded = Event<string, DomainEvent['data'], EventMetadata & { messageId: string }>;

/** Of several writers of one aggregate each round has a winner; the waits (ms) spread the others. */
const ON_CONFLICT = {
  retries: 40,
  minTimeout: 2,
  maxTimeout: 100,
  factor: 1.3,
  randomize: true,
  shouldRetryError: isExpectedVersionConflictError,
};

/**
 * Handles one command: reads the snapshot, decides, and appends what was decided in one publish, however long the
 * history is. On a conflict, and whenever a decision without events was made on a state that has moved on, the rest
 * of the log is read and it decides again.
 *
 * The same command with the same causation is decided once, however often it comes, even after later ones; so two
 * equal commands of one cause to one aggregate are one.
 *
 * @throws whatever `decide` throws, once it is sure that the state it refused on is the last one;
 * `ExpectedVersionConflictError` after 40 lost races; what publishing throws when it cannot be known whether the
 * events are stored: handle it again.
 */
export async function handleCommand<State, Command, E extends DomainEvent>(
  store: CommandStore,
  ref: AggregateRef,
  aggregate: Aggregate<State, Command, E>,
  command: Command,
  metadata: EventMetadata,
): Promise<Handled<State, E>> {
  const decision = decisionId(metadata, ref, command);
  let loaded: Loaded<State> = fromSnapshot(aggregate, { revision: 0 });
  let loads = 0;
  const session = {
    ...store,
    async aggregateStream() {
      loaded =
        loads++ === 0 ? await firstLoad(store, ref, aggregate) : await catchUp(store, ref, aggregate, loaded);
      const version = BigInt(loaded.sequence);
      return { state: loaded.fold, currentStreamVersion: version, streamExists: version > 0n };
    },
  };
  const run = CommandHandler<Fold<State>, Recorded>({
    initialState: () => initialFold(aggregate),
    evolve: (fold, event) => evolveFold(aggregate, fold, decided<E>(event), event.metadata.messageId),
    retry: { onVersionConflict: ON_CONFLICT },
  });
  // Emmett lets a caller choose the state it folds; this session folds one aggregate's only.
  const result = await run(session as unknown as EmmettStore, streamName(ref), async (fold) => {
    const repeated = fold.decisions.includes(decision);
    const decide = () => (repeated ? [] : aggregate.decide(command, fold.state));
    const events = await decideOnLatest(store, ref, decide, loaded.sequence);
    return events.map((event, n) => recorded(event, eventIdOf(decision, n), metadata));
  });
  const sequence = Number(result.nextExpectedStreamVersion);
  const now = { ...loaded, fold: result.newState, sequence };
  if (sequence > loaded.saved)
    store.snapshots.save(ref, toSnapshot(aggregate.shapeVersion, now), loaded.revision);
  return {
    state: result.newState.state,
    events: result.newEvents.map(decided<E>),
    version: result.nextExpectedStreamVersion,
  };
}

async function firstLoad<State, E extends DomainEvent>(
  store: CommandStore,
  ref: AggregateRef,
  aggregate: Aggregate<State, never, E>,
): Promise<Loaded<State>> {
  const loaded = fromSnapshot(aggregate, await store.snapshots.read(ref));
  return loaded.sequence > 0 ? loaded : replay(store, ref, aggregate, loaded);
}

/**
 * A decision with events meets a conflict when its state is old. One without, or a refusal, meets none, so the last
 * sequence is compared: if it has moved, that is a conflict too.
 */
async function decideOnLatest<E>(
  store: CommandStore,
  ref: AggregateRef,
  decide: () => readonly E[],
  sequence: number,
): Promise<readonly E[]> {
  const decided = attempt(decide);
  if (decided.kind === 'events' && decided.events.length > 0) return decided.events;
  const last = await lastSequence(store, ref);
  if (last !== sequence) throw new ExpectedVersionConflictError(BigInt(last), BigInt(sequence));
  if (decided.kind === 'refused') throw decided.refusal;
  return decided.events;
}

function attempt<E>(
  decide: () => readonly E[],
): { kind: 'events'; events: readonly E[] } | { kind: 'refused'; refusal: unknown } {
  try {
    return { kind: 'events', events: decide() };
  } catch (refusal) {
    return { kind: 'refused', refusal };
  }
}

/** As it will be read back, so that the state answered from is the one that a replay gives. */
function recorded(event: DomainEvent, messageId: string, metadata: EventMetadata): Recorded {
  return { ...domainEvent(event), metadata: { ...metadata, messageId } };
}

/** The way back: the type and data are those of an event that this aggregate decided. */
function decided<E extends DomainEvent>({ type, data }: Recorded): E {
  return { type, data } as E;
}
