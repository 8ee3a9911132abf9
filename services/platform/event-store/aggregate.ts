import type { Decider } from '@event-driven-io/emmett';
import type { DomainEvent, EventMetadata } from '#contracts/events.ts';
import { fnv1a32 } from '#contracts/ids.ts';
import type { AggregateRef } from './stream-name.ts';

/**
 * An aggregate as the domain defines it, in pure functions: Emmett's decider, with a state that is JSON, because it is
 * kept as a snapshot.
 */
export type Aggregate<State, Command, Event extends DomainEvent> = Pick<
  Decider<State, never, Event>,
  'evolve' | 'initialState'
> & {
  /** Raised with every change of the state's shape or of `evolve`: older snapshots are then rebuilt from the log. */
  shapeVersion: number;
  /** `[]` means that it is already so; a refusal is thrown. */
  decide(command: Command, state: State): readonly Event[];
};

/**
 * What is folded from an aggregate's events: its state, and which decisions were made last. A decision that comes
 * again is recognised by it, though later ones have changed the state meanwhile: a server that lost its latest acks
 * hands out several updates again, and a process that stood still may wake with an old one.
 */
export type Fold<State> = { readonly state: State; readonly decisions: readonly string[] };

/** More than updates of one person that can be handed out again. */
const REMEMBERED = 32;

export function initialFold<State>(aggregate: { initialState(): State }): Fold<State> {
  return { state: aggregate.initialState(), decisions: [] };
}

export function evolveFold<State, Event extends DomainEvent>(
  aggregate: { evolve(state: State, event: Event): State },
  fold: Fold<State>,
  event: Event,
  eventId: string,
): Fold<State> {
  const decision = decisionOf(eventId);
  const decisions = fold.decisions.includes(decision)
    ? fold.decisions
    : [...fold.decisions, decision].slice(-REMEMBERED);
  return { state: aggregate.evolve(fold.state, event), decisions };
}

/**
 * Names the decision about one command: the same cause and command always give the same name, and two commands of
 * one cause different ones.
 */
export function decisionId<Command>(
  { causationId }: EventMetadata,
  { aggregateId }: AggregateRef,
  command: Command,
): string {
  return `${causationId}.${aggregateId}.${fnv1a32(JSON.stringify(command)).toString(36)}`;
}

/** Id of the `n`-th event of a decision. */
export function eventIdOf(decision: string, n: number): string {
  return `${decision}.${n}`;
}

/** Whether a fold that ends with some event may end with this one: else it was folded from another log. */
export function endsWith({ decisions }: Fold<unknown>, eventId: string): boolean {
  return decisions.includes(decisionOf(eventId));
}

function decisionOf(eventId: string): string {
  return eventId.slice(0, eventId.lastIndexOf('.'));
}
