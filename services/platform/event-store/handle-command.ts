import { ExpectedVersionConflictError } from '@event-driven-io/emmett';
import { type DomainEvent, type EventMetadata, envelopeOf, eventOf } from '#contracts/events.ts';
import { eventSubject } from '#contracts/subjects.ts';
import { type Aggregate, decisionId, eventIdOf, evolveFold } from './aggregate.ts';
import { fromSnapshot, type Loaded, lastSequence, loadLatest, loadRest, toSnapshot } from './load.ts';
import { type Ports, publishAfter } from './publish.ts';
import type { Snapshots } from './snapshots.ts';
import type { AggregateRef } from './stream-name.ts';

/** What a command needs of the event store. */
export type CommandStore = Ports & { snapshots: Snapshots };

/** A command, the aggregate it is for, and what caused it. */
export type CommandRequest<Command> = { to: AggregateRef; command: Command; metadata: EventMetadata };

export type Handled<State, Event> = {
  /** As it is after the command: answer the person from it. */
  state: State;
  /** What was stored; nothing when it was already so, or when this decision had been made before. */
  events: Event[];
  /** Of the aggregate's stream, as Emmett counts it. */
  version: bigint;
};

/** Of several writers of one aggregate each round has a winner. */
const MOST_CONFLICTS = 40;
/** The waits spread the others. In ms. */
const WAIT = { first: 2, longest: 100, factor: 1.3 } as const;

/**
 * Handles one command: reads the snapshot, decides, and appends what was decided in one publish, however long the
 * history is. On a conflict, and whenever a decision without events was made on a state that has moved on, the rest of
 * the log is read and it decides again.
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
  aggregate: Aggregate<State, Command, E>,
  request: CommandRequest<Command>,
): Promise<Handled<State, E>> {
  let loaded = await firstLoad(store, request.to, aggregate);
  for (let conflicts = 0; ; conflicts++) {
    const handled = await decideAndStore(store, aggregate, request, loaded);
    if (handled) {
      const { events, after } = handled;
      if (after.sequence > after.saved)
        store.snapshots.save(request.to, toSnapshot(aggregate.shapeVersion, after), after.revision);
      return { state: after.fold.state, events, version: BigInt(after.sequence) };
    }
    if (conflicts === MOST_CONFLICTS) throw await conflictAt(store, request.to, loaded.sequence);
    const waitMs = Math.min(WAIT.longest, WAIT.first * WAIT.factor ** conflicts);
    await store.clock.sleep(waitMs * (1 + Math.random()));
    loaded = await loadLatest(store, request.to, aggregate, loaded);
  }
}

async function conflictAt(store: CommandStore, ref: AggregateRef, expected: number): Promise<Error> {
  return new ExpectedVersionConflictError(BigInt(await lastSequence(store, ref)), BigInt(expected));
}

async function firstLoad<State, E extends DomainEvent>(
  store: CommandStore,
  ref: AggregateRef,
  aggregate: Aggregate<State, never, E>,
): Promise<Loaded<State>> {
  const loaded = fromSnapshot(aggregate, await store.snapshots.read(ref));
  return loaded.sequence > 0 ? loaded : loadRest(store, ref, aggregate, loaded);
}

/** @returns undefined when the state that was decided on is not the last one. */
async function decideAndStore<State, Command, E extends DomainEvent>(
  store: CommandStore,
  aggregate: Aggregate<State, Command, E>,
  { to, command, metadata }: CommandRequest<Command>,
  loaded: Loaded<State>,
): Promise<{ events: E[]; after: Loaded<State> } | undefined> {
  const decision = decisionId(metadata, to, command);
  const decided = decide(aggregate, command, loaded, decision);
  if ('refusal' in decided || decided.events.length === 0) {
    // A decision with events meets a conflict when its state is old. One without meets none: so the log's end is asked.
    if ((await lastSequence(store, to)) !== loaded.sequence) return undefined;
    if ('refusal' in decided) throw decided.refusal;
    return { events: [], after: loaded };
  }
  // As they will be read back, so that the state answered from is the one that reading the log gives.
  const events = decided.events.map((event) => eventOf(to.aggregateId, event) as E);
  const bodies = events.map((event, n) => envelopeOf(event, eventIdOf(decision, n), metadata));
  const subject = eventSubject(to.userId, to.aggregateId);
  const publication = await publishAfter(store, subject, bodies, loaded.sequence);
  if (publication.kind === 'conflict') return undefined;
  const fold = events.reduce(
    (before, event, n) => evolveFold(aggregate, before, event, eventIdOf(decision, n)),
    loaded.fold,
  );
  return { events, after: { ...loaded, fold, sequence: publication.sequence } };
}

function decide<State, Command, E extends DomainEvent>(
  aggregate: Aggregate<State, Command, E>,
  command: Command,
  { fold }: Loaded<State>,
  decision: string,
): { events: readonly E[] } | { refusal: unknown } {
  if (fold.decisions.includes(decision)) return { events: [] };
  try {
    return { events: aggregate.decide(command, fold.state) };
  } catch (refusal) {
    return { refusal };
  }
}
