import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { BOT_CONSUMER_COUNT, botConsumer } from '#contracts/consumers.ts';
import { UnreadableEvent } from '#contracts/events.ts';
import { partitionOf, type UserId } from '#contracts/ids.ts';
import { type PageAnswer, PageQuery } from '#contracts/page.ts';
import { PAGE_VIEWS, pageHandledSubject, userOfPageViewSubject } from '#contracts/subjects.ts';
import { consumerInfo } from '#services/platform/jetstream/consumer-info.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { People } from '../people.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { canUsePage, type Pages } from './change.ts';
import { pageView } from './view.ts';

/** Nobody may listen any more: then the page asks again, for a view. */
export function openPages(nats: NatsConnection): Pages {
  return {
    tell: (userId, updateId, answer) =>
      nats.publish(pageHandledSubject(userId, updateId), JSON.stringify(answer)),
  };
}

/** One of the replicas answers. */
const QUEUE = 'bot';

export type ViewPorts = { nats: NatsConnection; people: People; throttle: Throttle; clock: Clock; log: Log };

/** Answers what people's calendar pages show. A request that fails is not answered: the page asks again. */
export function answerViews(ports: ViewPorts): Running {
  const subscription = ports.nats.subscribe(PAGE_VIEWS, {
    queue: QUEUE,
    callback: (error, message) => {
      if (error) ports.log.warn({ err: error }, 'views of the calendar page not answered');
      else void answer(ports, message);
    },
  });
  return { stop: async () => (subscription.isClosed() ? undefined : subscription.drain()) };
}

async function answer(ports: ViewPorts, message: Msg): Promise<void> {
  try {
    const userId = userOfPageViewSubject(message.subject);
    if (userId)
      message.respond(JSON.stringify(await viewAnswer(ports, userId, PageQuery.parse(message.json()))));
  } catch (error) {
    ports.log.warn({ err: error }, 'view of a calendar page not answered');
  }
}

async function viewAnswer(
  { nats, people, throttle, clock }: ViewPorts,
  userId: UserId,
  { handled, ...part }: PageQuery,
): Promise<PageAnswer> {
  if ((await throttle.decideView(userId, clock.now())) !== 'admitted') return { outcome: 'throttled' };
  if (handled !== undefined && !(await isHandled(nats, userId, handled))) return { outcome: 'pending' };
  try {
    const person = await people.read(userId);
    return canUsePage(person)
      ? { outcome: 'done', view: pageView(person, part) }
      : { outcome: 'unregistered' };
  } catch (error) {
    if (error instanceof UnreadableEvent) return { outcome: 'tryLater' };
    throw error;
  }
}

/** Whether the update at a place in UPDATES has been handled: its consumer has acked that far, one at a time. */
async function isHandled(nats: NatsConnection, userId: UserId, sequence: number): Promise<boolean> {
  const info = await consumerInfo(nats, botConsumer(partitionOf(userId) % BOT_CONSUMER_COUNT));
  return info !== undefined && info.ack_floor.stream_seq >= sequence;
}
