import { AckPolicy, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream';
import { type Msg, type NatsConnection, nanos, TimeoutError } from '@nats-io/transport-node';
import { nextMessages } from '#contracts/jetstream-api.ts';
import { deliveryPlace } from '#contracts/subjects.ts';
import { Unavailable } from './errors.ts';
import { newInbox } from './inbox.ts';

/** A message as it is stored. `storedAtMs` is epoch ms by the server's clock. */
export type StoredMessage = { subject: string; sequence: number; data: Uint8Array; storedAtMs: number };

/** Messages that are handed over at once, and that a request asks for. */
const PAGE = 1_000;
/** Asked for and not handed over yet: enough for the server to send one page while the caller works on another. */
const AHEAD = 3 * PAGE;
/** One request brings no more, so that memory stays bounded where messages are big. Far above the greatest message. */
const REQUEST_BYTES = 8 * 1024 ** 2;
const EXPIRES_MS = 10_000;
/** There are messages, so the server sends them at once. */
const QUIET_MS = 5_000;
/** A consumer whose reader has died is removed after this. */
const INACTIVE_MS = 300_000;
/** Statuses of a request that ended before it was filled: 408 by its time, 409 by its bytes. */
const ENDED_EARLY = [408, 409];

/**
 * Reads what a stream has after a sequence, up to where it ends now, in order and without gaps; deleted messages are passed
 * over. By a consumer of its own, without acks, that ends with the reading: a direct get costs three times the work in the
 * client, where each message comes with six headers to be read.
 * @throws {TimeoutError} or {Unavailable} when the server is away or messages were lost on the way: read again from the last
 * one on.
 */
export async function* scanStream(
  nats: NatsConnection,
  stream: string,
  after: number,
): AsyncGenerator<StoredMessage[]> {
  const { consumers } = await jetstreamManager(nats, { checkAPI: false });
  const { name, num_pending } = await consumers.add(stream, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: after + 1,
    ack_policy: AckPolicy.None,
    inactive_threshold: nanos(INACTIVE_MS),
    mem_storage: true,
    num_replicas: 1,
  });
  const arrivals = openArrivals(nats, nextMessages(stream, name));
  try {
    for (let behind = num_pending; behind > 0; ) {
      const page = await arrivals.page();
      behind = page.behind;
      yield page.messages;
    }
  } finally {
    arrivals.close();
    // One that stays is removed by the server.
    await consumers.delete(stream, name).catch(() => {});
  }
}

type Page = { messages: StoredMessage[]; behind: number };

/** Messages that arrive, a page at a time. */
function openArrivals(nats: NatsConnection, source: string) {
  const inbox = newInbox(nats);
  const pages = pageQueue();
  let deliveries = 0;
  let coming = 0;

  function request(): void {
    while (coming + pages.stock() + PAGE <= AHEAD) {
      const body = { batch: PAGE, max_bytes: REQUEST_BYTES, expires: nanos(EXPIRES_MS) };
      nats.publish(source, JSON.stringify(body), { reply: inbox });
      coming += PAGE;
    }
  }

  function status({ headers }: Msg): void {
    const left = headers?.get('Nats-Pending-Messages');
    if (headers && ENDED_EARLY.includes(headers.code) && left) {
      coming -= Number(left);
      request();
    } else pages.fail(new Unavailable(`the stream cannot be read: ${headers?.code} ${headers?.description}`));
  }

  function take(message: Msg): void {
    const place = message.reply === undefined ? undefined : deliveryPlace(message.reply);
    if (!place) status(message);
    else if (place.delivery !== ++deliveries) pages.fail(new Unavailable('messages were lost on their way'));
    else {
      coming--;
      const { sequence, storedAtMs, behind } = place;
      pages.add({ subject: message.subject, sequence, data: message.data, storedAtMs }, behind);
    }
  }

  const subscription = nats.subscribe(inbox, {
    callback: (error, message) => (error ? pages.fail(error) : take(message)),
  });
  return {
    page(): Promise<Page> {
      request();
      return pages.next();
    },
    close: () => subscription.unsubscribe(),
  };
}

function pageQueue() {
  const ready: Page[] = [];
  let page: Page = { messages: [], behind: 0 };
  let failure: Error | undefined;
  let arrived = Promise.withResolvers<void>();
  /** Runs while a page is waited for: a caller that works for long has messages in stock. */
  let quiet: NodeJS.Timeout | undefined;

  function fail(error: Error): void {
    failure ??= error;
    arrived.resolve();
  }

  return {
    fail,
    /** Messages that wait to be handed over. */
    stock: () => ready.length * PAGE + page.messages.length,
    add(message: StoredMessage, behind: number): void {
      // What comes after lost ones is not handed over.
      if (failure) return;
      quiet?.refresh();
      page.messages.push(message);
      if (page.messages.length < PAGE && behind > 0) return;
      ready.push({ ...page, behind });
      page = { messages: [], behind };
      arrived.resolve();
    },
    async next(): Promise<Page> {
      if (ready.length === 0 && failure === undefined) {
        arrived = Promise.withResolvers();
        quiet = setTimeout(() => fail(new TimeoutError()), QUIET_MS);
        await arrived.promise;
        clearTimeout(quiet);
      }
      const next = ready.shift();
      if (next) return next;
      throw failure ?? new TimeoutError();
    },
  };
}
