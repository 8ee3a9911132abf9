import type { ChatMessage } from './chats/message.ts';
import { type Call, pollTime, WAIT_MS, type Waiting } from './control/call.ts';
import { type GroupView, groupViewSchema } from './control/contract.ts';

/** A simulated group. People write there by `say(text, { groupId })`, and tap by `tap(id, what, { chatId })`. */
export type SimulatedGroup = {
  id: number;
  chat(): Promise<GroupView>;
  /** The chat once `matches` holds, now or later. */
  waitForChat(matches: (chat: GroupView) => boolean, options?: Waiting): Promise<GroupView>;
  /** The first message of the bot that matches, now or later. */
  waitForMessage(matches?: (message: ChatMessage) => boolean, options?: Waiting): Promise<ChatMessage>;
  /** Resolves when the bot has left. */
  waitForLeaving(options?: Waiting): Promise<void>;
};

/** Follows one group. @param call of the simulator */
export function groupClient(call: Call, id: number): SimulatedGroup {
  const read = (query = '') => call('GET', `/groups/${id}/chat${query}`, groupViewSchema);

  const waitForChat: SimulatedGroup['waitForChat'] = async (matches, { timeoutMs = WAIT_MS } = {}) => {
    const deadline = performance.now() + timeoutMs;
    let chat = await read();
    while (!matches(chat)) {
      if (performance.now() >= deadline) throw new Error(`not seen in group ${id} within ${timeoutMs} ms`);
      chat = await read(`?after=${chat.version}&timeoutMs=${pollTime(deadline)}`);
    }
    return chat;
  };

  return {
    id,
    chat: () => read(),
    waitForChat,
    async waitForMessage(matches = () => true, options) {
      const find = ({ messages }: GroupView) =>
        messages.find((message) => message.from.is_bot && matches(message));
      const found = find(await waitForChat((chat) => find(chat) !== undefined, options));
      if (found === undefined) throw new Error('the wait ended without a match');
      return found;
    },
    async waitForLeaving(options) {
      await waitForChat(({ group }) => !group.botIsMember, options);
    },
  };
}
