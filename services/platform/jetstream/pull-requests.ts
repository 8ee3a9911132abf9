import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { nextMessages } from '#contracts/subjects.ts';
import type { Log } from '../process/log.ts';

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
/** Every request is answered or expires before; after so long without a word all of them are lost. */
const QUIET_MS = EXPIRES_MS + 2_000;
const RETRY_MS = 500;
const EXPIRES_NS = EXPIRES_MS * 1_000_000;
const HEARTBEAT = 100;
const EXPIRED = 408;

export function pullRequests(
  { nats, log }: { nats: NatsConnection; log: Log },
  { consumer: { name: consumer, stream }, prefetch }: PullSource,
): PullRequests {
  const inbox = createInbox();
  const subject = nextMessages(stream, consumer);
  const restartTimer = resettableTimer(restart);
  let [stopped, interrupted] = [false, false];
  /** Requested and not received. */
  let coming = 0;
  /** Statuses of requests of an earlier round say nothing of `coming`. */
  let round = 0;

  function request(): void {
    if (stopped || nats.isClosed()) return;
    const body = JSON.stringify({ batch: prefetch - coming, expires: EXPIRES_NS });
    coming = prefetch;
    nats.publish(subject, body, { reply: `${inbox}.${round}` });
  }

  function restart(): void {
    round++;
    coming = 0;
    restartTimer.set(QUIET_MS);
    request();
  }

  function heard(): void {
    if (interrupted) restartTimer.set(QUIET_MS);
    else restartTimer.refresh();
    interrupted = false;
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
      if (!interrupted && !stopped) log.warn({ consumer, code, status }, 'consumer interrupted');
      interrupted = true;
      restartTimer.set(RETRY_MS);
    },
    stop() {
      stopped = true;
      restartTimer.end();
    },
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
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
