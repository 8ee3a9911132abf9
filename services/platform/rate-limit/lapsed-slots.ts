import { CHAT_INTERVAL_MS } from './slots.ts';

/** The last slot of each chat that was left unused, for the second in which it would hold the chat back. */
export type LapsedSlots = {
  of(chatId: string): number | undefined;
  add(chatId: string, slotMs: number): void;
};

export function lapsedSlots(): LapsedSlots {
  const lapsed = new Map<string, number>();
  return {
    of: (chatId) => lapsed.get(chatId),
    add(chatId, slotMs) {
      for (const [id, atMs] of lapsed) if (atMs < slotMs - CHAT_INTERVAL_MS) lapsed.delete(id);
      lapsed.set(chatId, slotMs);
    },
  };
}
