import { FORGETTING_CONSUMER } from '#contracts/consumers.ts';
import { ForgettingRequested } from '#contracts/forgetting.ts';
import type { UserId } from '#contracts/ids.ts';
import { userOfForgettingSubject } from '#contracts/subjects.ts';
import type { Databases } from '#projections/engine/versions.ts';
import { consume } from '#services/platform/jetstream/consume.ts';
import { watchConsumers } from '#services/platform/jetstream/consumer-watch.ts';
import { consumerHandler } from '#services/platform/jetstream/handler.ts';
import { richText } from '#services/platform/messages/i18n/rich-text.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { databaseCheck } from '#services/platform/process/database.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import type { RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { classify, type Telegram } from '#services/platform/telegram/client.ts';
import { type ForgetPorts, forget, report } from './forget.ts';
import { forgetRestored } from './restored.ts';
import { openStoredMessages } from './stored-messages.ts';
import { openSubscriptions } from './subscriptions.ts';
import { allTombstones, openTombstones } from './tombstones.ts';

/** `limiter`: the last message takes its slot from the reply lane; without one it does not wait. */
export type ForgettingPorts = Ports &
  Databases & { telegram: Pick<Telegram, 'api'> } & Pick<ForgetPorts, 'probe'> & {
    limiter?: Pick<RateLimiter, 'acquire'>;
  };

type Asked = { userId: UserId; request: ForgettingRequested };

/**
 * Forgets people, one after the other (G11):
 * - everything that is stored of a person is erased: messages with their bytes, keys, dead letters, rows;
 * - a request is done to its end, through crashes at any step, and given up never;
 * - live rows go on to equal a replay of the log;
 * - what is left is a tombstone, of which nobody without its key can tell whose it is;
 * - a log that is put back from before a tombstone loses the person again: they are asked for before this has started.
 * It is the only one who deletes from EVENTS.
 */
export async function start(
  { tombstoneKey }: { tombstoneKey: string },
  { schedules, analytics, telegram, limiter, probe, ...ports }: ForgettingPorts,
): Promise<Running> {
  const { nats, clock, log } = ports;
  const messages = await openStoredMessages(nats);
  const forgetPorts: ForgetPorts = {
    nats,
    clock,
    messages,
    probe,
    databases: { schedules, analytics },
    tombstones: openTombstones(nats, schedules, tombstoneKey),
    subscriptions: openSubscriptions(telegram.api, messages),
    async tell(userId, locale) {
      // A slot of everybody's budget alone: that of a chat would name it in the budget's key. Booking one takes the chats
      // out of that key that were written to before, so it is done without a message, too.
      await limiter?.acquire('reply', undefined);
      if (locale === undefined) return;
      try {
        const { text, entities } = richText(translator(locale)('forgotten'));
        await telegram.api.sendMessage(userId, text, { entities });
      } catch (error) {
        // Whether it arrived or not, there is nobody any more to tell again.
        if (classify(error).kind === 'unreachable') throw error;
      }
    },
  };
  const tombstones = await allTombstones(nats, schedules);
  const restored = await forgetRestored(
    nats,
    { tombstones, key: tombstoneKey },
    new Date(clock.now()).toISOString(),
  );
  if (restored > 0)
    log.warn({ people: restored }, 'people who were forgotten are back with a log that was put back');
  ports.readiness?.add(databaseCheck(schedules, 'Postgres of the schedules'));
  ports.readiness?.add(databaseCheck(analytics, 'Postgres of the analytics'));
  const watch = watchConsumers(ports, [FORGETTING_CONSUMER]).of(FORGETTING_CONSUMER);
  const handler = consumerHandler<Asked>({
    consumer: FORGETTING_CONSUMER,
    prefetch: 1,
    parse({ subject, json }) {
      const userId = userOfForgettingSubject(subject);
      if (!userId) throw new Error('names no person');
      return { userId, request: ForgettingRequested.parse(json()) };
    },
    async handle({ userId, request }, { seq }, signal) {
      await forget(forgetPorts, userId, request, signal);
      await probe?.('request');
      await messages.eraseOne('FORGETTING', seq);
      report(nats, userId, { step: 'forgotten', count: 1, done: true });
      log.info('a person was forgotten');
    },
  });
  return consume({ ...ports, watch }, handler);
}
