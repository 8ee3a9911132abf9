import type { Clock } from '#services/platform/process/clock.ts';
import type { FailureRun } from '#services/platform/process/failure-run.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import type { FloodControl } from '#services/platform/telegram/flood-control.ts';
import type { Post } from './post.ts';
import type { Readiness } from './readiness.ts';
import type { ClaimedItem } from './resolve-existing.ts';
import type { Settlement } from './settlement.ts';
import type { Item, Outgoing, Work } from './work.ts';

/** The instants at which a crash makes a difference: see send-record.ts. */
export type SendStep =
  | 'received'
  | 'checked'
  | 'claimed'
  | 'begun'
  | 'answered'
  | 'withdrawn'
  | 'settled'
  | 'published';

export type DeliveryPorts = {
  settlement: Settlement;
  post: Post;
  limiter: RateLimiter;
  floodControl: FloodControl;
  readiness: Readiness;
  joining: Joining;
  clock: Clock;
  log: Log;
  /** Told of each attempt: whether anything but Telegram holds messages up. */
  failures?: Pick<FailureRun, 'failed' | 'succeeded'>;
  /** Told of each step; the next one waits for it. */
  probe?(step: SendStep, due: Work['due']): Promise<void> | void;
};

/** The engine at work on one message, with the works of those that go with it. */
export type Attempt = { ports: DeliveryPorts; work: Work; signal: AbortSignal; others?: readonly Work[] };

/** What one message of a work has come to. */
export type MessageState = {
  index: number;
  left: readonly Item[];
  chatId: number;
  /** Names the attempt in send records. */
  by: string;
  /** Slots missed in a row: the checks before them take longer than was allowed for. */
  missed: number;
  /** Failures in a row that do not lie with the message. */
  outages: number;
  /** How long it waits, before it takes a slot, for what may go with it. */
  gathersMs: number;
};

/** A message that is claimed and may be sent. */
export type ClaimedMessage = { claimed: readonly ClaimedItem[]; outgoing: Outgoing };

/** A message that waits for a slot, and may go with another one of its chat meanwhile. */
export type WaitingMessage = {
  context: Attempt;
  state: MessageState;
  /** Aborted when another one takes it along. */
  taken: AbortSignal;
  /** What it has come to by the attempt of the one that took it along. Never settles for one that is not taken. */
  outcome: Promise<MessageState>;
};

/** A message that goes with another one, and waits for its outcome. */
export type TakenMessage = Pick<WaitingMessage, 'context' | 'state'> & {
  conclude(state: MessageState): void;
  fail(error: unknown): void;
};

/** The messages of this process that wait for a slot, by their chat. */
export type Joining = {
  wait(context: Attempt, state: MessageState): WaitingMessage;
  /** It has its slot or its outcome, and waits no longer. */
  leave(message: WaitingMessage): void;
  /** Those of its chat that wait, and fit into a message with it. */
  takeAlong(message: WaitingMessage): TakenMessage[];
};
