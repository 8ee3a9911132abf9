import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { nextMessages } from '#contracts/jetstream-api.ts';
import type { Log } from '../process/log.ts';
import type { ConsumerWatch } from './consumer-watch.ts';
import { newInbox } from './inbox.ts';

/** `watch` is told of each sign of life. */
export type PullPorts = { nats: NatsConnection; log: Log; watch?: ConsumerWatch | undefined };

/** A durable consumer to pull from. */
export type PullSource = {
  consumer: { name: string; stream: string };
  /** Messages asked for ahead of need. `max_ack_pending` says how many are in hand at once. */
  prefetch: number;
};

/** Keeps a durable consumer asked for messages, also after the server, the stream or the consumer was away. */
export type PullRequests = {
  /** Where statuses and messages arrive. */
  inbox: string;
  /** Forgets what was asked for, and asks again. */
  restart(): void;
  /** To be told of each message that arrived. */
  received(): void;
  /** To be told of each message to the inbox itself: what the server says of a request. */
  status(message: Msg): void;
  stop(): void;
};

const EXPIRES_MS = 5_000;
/** The first request is answered soon, also where there is no message: so it is known early that the server answers. */
const FIRST_EXPIRES_MS = 250;
/** Every request is answered or expires before; after so long without a word all of them are lost. */
const QUIET_MS = EXPIRES_MS + 2_000;
const RETRY_MS = 500;
const NS_PER_MS = 1_000_000;
const HEARTBEAT = 100;
const EXPIRED = 408;

export function pullRequests(
  { nats, log, watch }: PullPorts,
  { consumer: { name: consumer, stream }, prefetch }: PullSource,
): PullRequests {
  const inbox = newInbox(nats);
  const subject = nextMessages(stream, consumer);
  const restartTimer = resettableTimer(restart);
  let [interrupted, expiresMs] = [false, FIRST_EXPIRES_MS];
  /** Requested and not received. */
  let coming = 0;
  /** Statuses of requests of an earlier round say nothing of `coming`. */
  let round = 0;

  function request(): void {
    if (restartTimer.hasEnded() || nats.isClosed()) return;
    const body = JSON.stringify({ batch: prefetch - coming, expires: expiresMs * NS_PER_MS });
    [coming, expiresMs] = [prefetch, EXPIRES_MS];
    nats.publish(subject, body, { reply: `${inbox}.${round}` });
  }

  function restart(): void {
    round++;
    [coming, expiresMs] = [0, FIRST_EXPIRES_MS];
    restartTimer.set(QUIET_MS);
    request();
  }

  function heard(): void {
    if (interrupted) restartTimer.set(QUIET_MS);
    else restartTimer.refresh();
    interrupted = false;
    watch?.answered();
  }

  return {
    inbox,
    restart,
    received() {
      heard();
      coming = Math.max(0, coming - 1);
      if (coming <= prefetch / 4) request();
    },
    status({ headers, subject: to }) {
      if (to !== `${inbox}.${round}` || headers === undefined || headers.code === HEARTBEAT) return;
      const { code, description: status } = headers;
      const left = Number(headers.get('Nats-Pending-Messages'));
      if (code === EXPIRED && left > 0) {
        heard();
        coming = Math.max(0, coming - left);
        return request();
      }
      if (!interrupted && !restartTimer.hasEnded())
        log.warn({ consumer, code, status }, 'consumer interrupted');
      interrupted = true;
      watch?.refused(code, status);
      restartTimer.set(RETRY_MS);
    },
    stop: restartTimer.end,
  };
}

/** One timer: setting it replaces what it was set to. */
function resettableTimer(act: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  return {
    set(ms: number) {
      clearTimeout(timer);
      if (!ended) timer = setTimeout(act, ms);
    },
    refresh: () => void timer?.refresh(),
    hasEnded: () => ended,
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
