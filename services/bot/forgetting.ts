import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Locale } from '#contracts/account-events.ts';
import { ForgettingRequested } from '#contracts/forgetting.ts';
import type { UserId } from '#contracts/ids.ts';
import { forgettingSubject } from '#contracts/subjects.ts';
import { nearestLastMessage } from '#services/platform/jetstream/direct-get.ts';
import { publishOnce } from '#services/platform/jetstream/publish.ts';
import type { Clock } from '#services/platform/process/clock.ts';

/** People who are to be forgotten. */
export type Forgetting = {
  /** Whether a person is being forgotten now: nothing of theirs is handled, so that nothing is written of them. */
  isUnderWay(userId: UserId): Promise<boolean>;
  /** Resolves when it is durable that the person is to be forgotten; asked twice, it is done once. */
  ask(userId: UserId, locale: Locale): Promise<void>;
};

export function openForgetting(nats: NatsConnection, clock: Clock): Forgetting {
  return {
    isUnderWay: async (userId) =>
      (await nearestLastMessage(nats, 'FORGETTING', forgettingSubject(userId))) !== undefined,
    async ask(userId, locale) {
      const at = new Date(clock.now()).toISOString();
      const request = ForgettingRequested.parse({ at, by: 'person', locale });
      await publishOnce(jetstream(nats), forgettingSubject(userId), request);
    },
  };
}
