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

/** `free`: the slot is at hand, and only a process that is starved takes long to use it. */
const LONGEST_WAIT_MS = { free: 10_000, taken: 1_000 } as const;
/** Slots that such a process may miss. */
const MOST_MISSED = 10;

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

  async function answer(groupId: GroupId, text: string): Promise<void> {
    const chatId = String(groupId);
    const longest = AbortSignal.timeout(LONGEST_WAIT_MS[limiter.isFree(chatId) ? 'free' : 'taken']);
    const gate = async () => (await limiter.take({ lane: 'reply', chatId, rank: 1 }, longest)).begin();
    for (let missed = 0; missed < MOST_MISSED && !longest.aborted; missed++) {
      const send = () => sendMessage(api, groupId, { text, entities: [] });
      if ((await post(() => gated(gate, send), log)) !== 'notSent') return;
    }
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
