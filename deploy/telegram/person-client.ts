import { z } from 'zod';
import { type ChatMessage, chatMessageSchema } from './chats/message.ts';
import { type Call, pollTime, WAIT_MS, type Waiting } from './control/call.ts';
import {
  type Action,
  type ActionResult,
  actionResultSchema,
  type ChatView,
  chatViewSchema,
} from './control/contract.ts';
import { type PayOutcome, payOutcomeSchema } from './control/payments.ts';
import { type Opening, openedSchema } from './control/web-app.ts';

/** A simulated person. Every method acts at once and resolves when the simulator has queued the update. */
export type SimulatedPerson = {
  id: number;
  /** Sends a text, to the bot or in a group; resolves with the message. */
  say(text: string, options?: { replyTo?: number; groupId?: number }): Promise<ChatMessage>;
  /** Taps: a string is the raw callback data (forged or not), `button` a label or part of it. Resolves with the query id. */
  tap(messageId: number, what: string | { button: string }, options?: { chatId?: number }): Promise<string>;
  shareLocation(latitude: number, longitude: number): Promise<ChatMessage>;
  sendFile(
    name: string,
    bytes: Uint8Array,
    options?: { mimeType?: string; caption?: string },
  ): Promise<ChatMessage>;
  /** Opens an invoice link and pays; resolves when it is paid, refused, or the bot said nothing for ten seconds. */
  pay(link: string): Promise<PayOutcome>;
  /** The next month of a subscription, by any of its charges; resolves with the new charge's id. */
  renew(chargeId: string): Promise<string>;
  /** Cancels the renewal in Telegram's own settings, or turns it on again. */
  setRenewal(chargeId: string, renewed: boolean): Promise<void>;
  /** The address with which Telegram opens a Mini App: by a message's button, or the one beside the field for messages. */
  openWebApp(opening?: Opening): Promise<string>;
  block(): Promise<void>;
  unblock(): Promise<void>;
  deactivate(): Promise<void>;
  chat(): Promise<ChatView>;
  /**
   * The first message of the bot with an id above `after` that matches, now or later. `after` defaults to the
   * last message this object sent, so answers to earlier messages do not match; 0 looks at everything.
   */
  waitForMessage(
    matches?: (message: ChatMessage) => boolean,
    options?: Waiting & { after?: number },
  ): Promise<ChatMessage>;
  /** The message once it was edited and matches, now or later. */
  waitForEdit(
    messageId: number,
    matches?: (message: ChatMessage) => boolean,
    options?: Waiting,
  ): Promise<ChatMessage>;
  /** The answer to a tap. */
  waitForAnswer(callbackQueryId: string, options?: Waiting): Promise<{ text: string; show_alert: boolean }>;
  /** The chat once `matches` holds; the general form of the waits above. */
  waitForChat(matches: (chat: ChatView) => boolean, options?: Waiting): Promise<ChatView>;
};

/** Drives one person. @param call of the simulator */
export function personClient(call: Call, id: number): SimulatedPerson {
  let lastSaid = 0;

  function act(action: Action): Promise<ActionResult> {
    return call('POST', `/people/${id}/act`, actionResultSchema, action);
  }

  async function write(action: Action): Promise<ChatMessage> {
    const message = chatMessageSchema.parse((await act(action)).message);
    lastSaid = message.message_id;
    return message;
  }

  const { waitForChat, waitFor } = chatWaits(call, id);

  return {
    id,
    say: (text, { replyTo, groupId } = {}) => write({ do: 'say', text, replyTo, groupId }),
    async tap(messageId, what, { chatId } = {}) {
      const aim = typeof what === 'string' ? { data: what } : what;
      const { callbackQueryId } = await act({ do: 'tap', messageId, chatId, ...aim });
      return callbackQueryId ?? '';
    },
    shareLocation: (latitude, longitude) => write({ do: 'shareLocation', latitude, longitude }),
    sendFile: (name, bytes, { mimeType = 'application/octet-stream', caption } = {}) =>
      write({ do: 'sendFile', name, mimeType, caption, base64: Buffer.from(bytes).toString('base64') }),
    ...payingWith(call, id),
    openWebApp: async (opening = {}) =>
      (await call('POST', `/people/${id}/web-app`, openedSchema, opening)).url,
    async block() {
      await act({ do: 'block' });
    },
    async unblock() {
      await act({ do: 'unblock' });
    },
    async deactivate() {
      await act({ do: 'deactivate' });
    },
    chat: () => call('GET', `/people/${id}/chat`, chatViewSchema),
    waitForMessage(matches = () => true, { after = lastSaid, timeoutMs } = {}) {
      const isMeant = (message: ChatMessage) =>
        message.from.is_bot && message.message_id > after && matches(message);
      return waitFor(({ messages }) => messages.find(isMeant), { timeoutMs: timeoutMs ?? WAIT_MS });
    },
    waitForEdit: (messageId, matches = () => true, options) =>
      waitFor(
        ({ messages }) =>
          messages.find(
            (message) => message.message_id === messageId && message.edits > 0 && matches(message),
          ),
        options,
      ),
    waitForAnswer: (queryId, options) =>
      waitFor(({ answers }) => answers.find((answer) => answer.callback_query_id === queryId), options),
    waitForChat,
  };
}

function payingWith(call: Call, id: number): Pick<SimulatedPerson, 'pay' | 'renew' | 'setRenewal'> {
  return {
    pay: (link) => call('POST', `/people/${id}/pay`, payOutcomeSchema, { link }),
    renew: async (chargeId) =>
      (await call('POST', `/people/${id}/renew`, z.object({ chargeId: z.string() }), { chargeId })).chargeId,
    async setRenewal(chargeId, renewed) {
      const body = { chargeId, cancelled: !renewed };
      await call('POST', `/people/${id}/subscription`, z.object({}), body);
    },
  };
}

function chatWaits(call: Call, id: number) {
  async function waitForChat(
    matches: (chat: ChatView) => boolean,
    { timeoutMs = WAIT_MS }: Waiting = {},
  ): Promise<ChatView> {
    const deadline = performance.now() + timeoutMs;
    let chat = await call('GET', `/people/${id}/chat`, chatViewSchema);
    while (!matches(chat)) {
      if (performance.now() >= deadline) throw new Error(`not seen within ${timeoutMs} ms; ${lately(chat)}`);
      const query = `after=${chat.version}&timeoutMs=${pollTime(deadline)}`;
      chat = await call('GET', `/people/${id}/chat?${query}`, chatViewSchema);
    }
    return chat;
  }

  async function waitFor<T>(find: (chat: ChatView) => T | undefined, options?: Waiting): Promise<T> {
    let found: T | undefined;
    await waitForChat((chat) => {
      found = find(chat);
      return found !== undefined;
    }, options);
    if (found === undefined) throw new Error('the wait ended without a match');
    return found;
  }

  return { waitForChat, waitFor };
}

/** What was there instead, for the message of a failed wait. */
function lately({ messages }: ChatView): string {
  const shown = messages.slice(-4).map(({ message_id, from, text, edits }) => {
    const edited = edits > 0 ? `, edited ${edits}x` : '';
    return `#${message_id} ${from.is_bot ? 'bot' : 'person'}${edited}: ${(text ?? '(no text)').slice(0, 120)}`;
  });
  return `the last messages: ${shown.join(' | ') || 'none'}`;
}
