import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Locale } from '#contracts/account-events.ts';
import type { GroupId } from '#contracts/ids.ts';
import { isLostRace } from '#services/platform/jetstream/errors.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { post, sendMessage } from './replies/replies.ts';
import type { ReplyPorts } from './replies/show-reply.ts';

export type Groups = {
  /**
   * Says once that the bot is for private chats, and leaves the group. What Telegram refuses, or what finds no slot, is
   * not tried again: a group has no claim on other people's time.
   */
  answerOnceAndLeave(groupId: GroupId, locale: Locale): Promise<void>;
};

const LONGEST_WAIT_MS = 1_000;

/** The `throttle` bucket remembers for two minutes what was done about a group; who adds the bot again then is answered again. */
const ANSWERED = 'answered';
const LEFT = 'left';

export async function openGroups(
  nats: NatsConnection,
  { telegram: { api, gated }, limiter, log }: Pick<ReplyPorts, 'telegram' | 'limiter' | 'log'>,
): Promise<Groups> {
  const kv = await new Kvm(nats).open('throttle');

  /** Of the handlers that get there at once, one is the first. */
  async function isFirst(key: string): Promise<boolean> {
    try {
      await kv.create(key, ANSWERED);
      return true;
    } catch (error) {
      if (isLostRace(error)) return false;
      throw error;
    }
  }

  function answer(groupId: GroupId, text: string): Promise<unknown> {
    const gate = async () => {
      const request = { lane: 'reply', chatId: String(groupId), rank: 1 } as const;
      const slot = await limiter.take(request, AbortSignal.timeout(LONGEST_WAIT_MS));
      return slot.begin();
    };
    return post(() => gated(gate, () => sendMessage(api, groupId, { text, entities: [] })), log);
  }

  return {
    async answerOnceAndLeave(groupId, locale) {
      const key = `group.${groupId}`;
      if ((await kv.get(key))?.string() === LEFT) return;
      if (await isFirst(key)) await answer(groupId, translator(locale)('private-only'));
      await post(() => api.leaveChat(groupId), log);
      await kv.put(key, LEFT);
    },
  };
}
