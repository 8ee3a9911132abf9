import { type ConsumerInfo, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../process/clock.ts';
import { type FailureRun, failureRun } from '../process/failure-run.ts';
import type { Metrics } from '../process/metrics.ts';
import type { Readiness } from '../process/readiness.ts';
import { measureConsumers } from './consumer-metrics.ts';
import { whyNotStored } from './not-stored.ts';

/** Told what this process sees of one durable consumer. */
export type ConsumerWatch = {
  /** The server answered a request for messages, or gave one. */
  answered(): void;
  /** The server refused a request. */
  refused(code: number, description: string): void;
  /** A message was acked, or was poison. */
  handled(): void;
  /** A message will be tried again, or was tried too often. */
  failed(error: unknown): void;
};

/** `of`: one that is not among those known is watched from then on. */
export type ConsumerWatches = { of(consumer: WatchedConsumer): ConsumerWatch };
export type WatchedConsumer = { stream: string; name: string };

type Ports = { nats: NatsConnection; clock: Clock; readiness?: Pick<Readiness, 'add'>; metrics?: Metrics };

/** Requests are answered within five seconds, and lost ones are made again after seven. */
const DEAF_MS = 15_000;
/** A reconnection and the election of a leader take less. */
const PATIENCE_MS = 5_000;
/** One message alone that fails is dead-lettered sooner. Backoff is at most half a minute. */
const FAILING = { lastsMs: 20_000, countsForMs: 60_000 };
const LOOK_EVERY_MS = 10_000;
const NO_RESPONDERS = 503;
const NOT_THERE = 'not there, run "npm run habitstream -- provision"';
const NAMED = 3;

/**
 * Adds to readiness that durable consumers answer, that their messages come to an end, and that nobody has paused them. A
 * line names the consumers that have the same problem. Adds to `metrics` how far they are.
 */
export function watchConsumers(
  { nats, clock, readiness, metrics }: Ports,
  consumers: readonly WatchedConsumer[],
): ConsumerWatches {
  const watched: WatchedConsumer[] = [];
  const seen = new Map<string, ConsumerState>();
  const watch = (consumer: WatchedConsumer): ConsumerState => {
    const state = seen.get(consumer.name) ?? consumerState(clock);
    if (!seen.has(consumer.name)) watched.push(consumer);
    seen.set(consumer.name, state);
    return state;
  };
  consumers.forEach(watch);
  const grouped = (problem: (state: ConsumerState) => string | undefined) => () =>
    groupedByText([...seen].map(([name, state]) => [name, problem(state)]));

  readiness?.add({
    name: 'consumers',
    patienceMs: PATIENCE_MS,
    problem: grouped(({ deafness }) => deafness()),
  });
  readiness?.add({ name: 'messages', problem: grouped(({ failure }) => failure()) });
  measureConsumers(metrics, { nats, clock }, watched);
  const looks = consumerLooks(nats, clock, watched);
  readiness?.add({ name: 'paused consumers', problem: async () => (await looks()).paused });
  readiness?.add({ name: 'consumers beyond their stream', problem: async () => (await looks()).beyond });
  return { of: (consumer) => watch(consumer).watch };
}

type ConsumerState = { watch: ConsumerWatch; deafness(): string | undefined; failure: FailureRun['problem'] };

function consumerState(clock: Clock): ConsumerState {
  let answeredAtMs: number | undefined;
  let refusal: string | undefined;
  const run = failureRun(clock, FAILING);
  return {
    failure: run.problem,
    watch: {
      answered() {
        answeredAtMs = clock.now();
        refusal = undefined;
      },
      refused(code, description) {
        refusal = code === NO_RESPONDERS ? NOT_THERE : `messages refused (${code} ${description})`;
      },
      handled: run.succeeded,
      failed: (error) => run.failed(`nothing but failures (${whyNotStored(error)})`),
    },
    deafness() {
      if (refusal !== undefined) return refusal;
      if (answeredAtMs === undefined) return 'no answer yet';
      const isDeaf = clock.now() - answeredAtMs > DEAF_MS;
      return isDeaf ? `no answer since ${new Date(answeredAtMs).toISOString()}` : undefined;
    },
  };
}

/** `no answer yet: a, b, c and 29 more; not there: d`: those with the same problem together. */
function groupedByText(found: (readonly [name: string, text: string | undefined])[]): string | undefined {
  const groups = new Map<string, string[]>();
  for (const [name, text] of found) {
    if (text !== undefined) groups.set(text, [...(groups.get(text) ?? []), name]);
  }
  if (groups.size === 0) return undefined;
  return [...groups].map(([text, names]) => `${text}: ${listed(names)}`).join('; ');
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : names.join(', ');
}

/** Two requests for each stream and look. While the server does not answer, another check says so. */
function consumerLooks(nats: NatsConnection, clock: Clock, consumers: readonly WatchedConsumer[]) {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let found: Promise<Looks> = Promise.resolve({ paused: undefined, beyond: undefined });

  async function look(): Promise<Looks> {
    const manager = await jetstreamManager(nats, { checkAPI: false });
    const names = new Set(consumers.map(({ name }) => name));
    const streams = new Set(consumers.map(({ stream }) => stream));
    const [paused, beyond]: [ConsumerInfo[], [string, string][]] = [[], []];
    for (const stream of streams) {
      const infos: ConsumerInfo[] = [];
      for await (const info of manager.consumers.list(stream)) if (names.has(info.name)) infos.push(info);
      // After the consumers: meanwhile it can only have grown.
      const end = (await manager.streams.info(stream)).state.last_seq;
      paused.push(...infos.filter((info) => info.paused));
      const ahead = infos.filter(({ delivered }) => delivered.stream_seq > end);
      beyond.push(...ahead.map((info): [string, string] => [info.name, beyondText(info, end)]));
    }
    return {
      paused: groupedByText(paused.map((info) => [info.name, pauseText(info)])),
      beyond: groupedByText(beyond),
    };
  }

  return (): Promise<Looks> => {
    if (clock.now() - lookedAtMs < LOOK_EVERY_MS) return found;
    lookedAtMs = clock.now();
    const before = found;
    found = look().catch(() => before);
    return found;
  };
}

type Looks = { paused: string | undefined; beyond: string | undefined };

/** A tail that a power cut took: nats-server 2.14 puts a consumer back itself when it loads the stream. */
function beyondText({ stream_name: stream, delivered }: ConsumerInfo, end: number): string {
  return (
    `${stream} ends at ${end}, older than its consumers, which had messages up to ${delivered.stream_seq}: what comes until ` +
    'then is not handed out, run "npm run habitstream -- provision"'
  );
}

function pauseText({ stream_name, config }: ConsumerInfo): string {
  return `until ${config.pause_until}, unless resumed by "nats consumer resume ${stream_name}"`;
}
