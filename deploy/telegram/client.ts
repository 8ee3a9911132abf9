import { z } from 'zod';
import { type ChatMessage, chatMessageSchema } from './chats/message.ts';
import { type NewPerson, type Person, personSchema } from './chats/person.ts';
import {
  type Action,
  type ActionResult,
  actionResultSchema,
  type ChatView,
  chatViewSchema,
  limitsSchema,
  requestsViewSchema,
} from './control/contract.ts';
import { type FaultRule, faultRuleSchema } from './faults.ts';
import type { LimitFigures } from './limits/limits.ts';
import { type Counters, countersSchema, type RequestRecord } from './requests.ts';

export type Waiting = { timeoutMs?: number };

/** A simulated person. Every method acts at once and resolves when the simulator has queued the update. */
export type SimulatedPerson = {
  id: number;
  /** Sends a text; resolves with the message. */
  say(text: string, options?: { replyTo?: number }): Promise<ChatMessage>;
  /** Taps: a string is the raw callback data (forged or not), `button` a label or part of it. Resolves with the query id. */
  tap(messageId: number, what: string | { button: string }, options?: { chatId?: number }): Promise<string>;
  shareLocation(latitude: number, longitude: number): Promise<ChatMessage>;
  sendFile(
    name: string,
    bytes: Uint8Array,
    options?: { mimeType?: string; caption?: string },
  ): Promise<ChatMessage>;
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

export type SimulatorClient = {
  /** The person with this id, created when there is none. Resolves when the simulator knows them. */
  person(
    person: { id: number; languageCode?: string } & Omit<NewPerson, 'id' | 'language_code'>,
  ): Promise<SimulatedPerson>;
  people(): Promise<Person[]>;
  /** Makes ids firstId, firstId + 1, ... at once. `started` (default true) lets the bot write to them. */
  crowd(
    firstId: number,
    count: number,
    options?: { started?: boolean; languageCode?: string },
  ): Promise<void>;
  /** Queues an update of any form; its `update_id` is set by the simulator and returned. */
  rawUpdate(update: Record<string, unknown>): Promise<number>;
  /** All records that match, oldest first. */
  requests(filter?: { method?: string; since?: number }): Promise<RequestRecord[]>;
  /** The first request that matches, now or later; with `answered: false` also one still under way. */
  waitForRequest(
    matches: (request: RequestRecord) => boolean,
    options?: Waiting & { since?: number; answered?: boolean },
  ): Promise<RequestRecord>;
  counters(): Promise<Counters>;
  /** Sets counters, records and spent limits to nothing. */
  reset(): Promise<void>;
  limits(change?: Partial<LimitFigures>): Promise<LimitFigures>;
  /** Refuses all sends and edits for that long, as Telegram may. */
  penalty(seconds: number): Promise<void>;
  fault(rule: FaultRule): Promise<void>;
  faults(): Promise<FaultRule[]>;
  clearFaults(): Promise<void>;
  /** Lets calls held by a `hold` rule go on; resolves with how many there were. */
  release(): Promise<number>;
};

const WAIT_MS = 10_000;
/** One long poll of a wait; the client asks again until its own time is over. */
const POLL_MS = 5_000;
const PAGE = 10_000;
const MOST_RECORDS = 200_000;

/** Drives the simulator at `url` from a test or benchmark. Methods reject with the simulator's own words. */
export function simulatorClient(url: string): SimulatorClient {
  const call = caller(url);

  async function page(since: number, limit: number, query: string) {
    return call('GET', `/requests?since=${since}&limit=${limit}${query}`, requestsViewSchema);
  }

  async function allRequests({ method, since = 0 }: { method?: string; since?: number } = {}) {
    const query = method ? `&method=${method}` : '';
    const found: RequestRecord[] = [];
    for (let from = since; ; ) {
      const { next, requests } = await page(from, PAGE, query);
      found.push(...requests);
      if (requests.length < PAGE) return found;
      from = next;
    }
  }

  async function waitForRequest(
    matches: (request: RequestRecord) => boolean,
    {
      timeoutMs = WAIT_MS,
      since = 0,
      answered = true,
    }: Waiting & { since?: number; answered?: boolean } = {},
  ): Promise<RequestRecord> {
    const deadline = performance.now() + timeoutMs;
    let seen = -1;
    for (;;) {
      const query = `&changedAfter=${seen}&timeoutMs=${pollTime(deadline)}`;
      const { revision, requests } = await page(since, MOST_RECORDS, query);
      const found = requests.find(
        (request) => (!answered || request.status !== undefined) && matches(request),
      );
      if (found) return found;
      if (performance.now() >= deadline) throw new Error(`no such request within ${timeoutMs} ms`);
      seen = revision;
    }
  }

  return {
    async person({ id, languageCode, ...rest }) {
      const given = { ...rest, id, ...(languageCode ? { language_code: languageCode } : {}) };
      await call('POST', '/people', z.object({ person: personSchema }), given);
      return personClient(call, id);
    },
    people: async () => (await call('GET', '/people', z.object({ people: z.array(personSchema) }))).people,
    async crowd(firstId, count, { started = true, languageCode } = {}) {
      await call('POST', '/crowd', z.unknown(), { firstId, count, started, languageCode });
    },
    rawUpdate: async (update) =>
      (await call('POST', '/updates', z.object({ updateId: z.int() }), update)).updateId,
    requests: allRequests,
    waitForRequest,
    counters: () => call('GET', '/counters', countersSchema),
    async reset() {
      await call('POST', '/requests/reset', z.unknown(), {});
    },
    limits: (change = {}) => call('POST', '/limits', limitsSchema, change),
    async penalty(seconds) {
      await call('POST', '/penalty', z.unknown(), { seconds });
    },
    async fault(rule) {
      await call('POST', '/faults', z.unknown(), rule);
    },
    faults: async () => (await call('GET', '/faults', z.object({ faults: z.array(faultRuleSchema) }))).faults,
    async clearFaults() {
      await call('POST', '/faults/clear', z.unknown(), {});
    },
    release: async () =>
      (await call('POST', '/faults/release', z.object({ released: z.int() }), {})).released,
  };
}

type Call = <T>(method: 'GET' | 'POST', path: string, shape: z.ZodType<T>, body?: unknown) => Promise<T>;

function caller(url: string): Call {
  return async (method, path, shape, body) => {
    const response = await fetch(`${url}/control${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (response.ok) return shape.parse(answer);
    const { error } = z.object({ error: z.string() }).parse(answer);
    throw new Error(`simulator refused ${method} ${path}: ${error}`);
  };
}

function personClient(call: Call, id: number): SimulatedPerson {
  let lastSaid = 0;

  function act(action: Action): Promise<ActionResult> {
    return call('POST', `/people/${id}/act`, actionResultSchema, action);
  }

  async function write(action: Action): Promise<ChatMessage> {
    const message = chatMessageSchema.parse((await act(action)).message);
    lastSaid = message.message_id;
    return message;
  }

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

  return {
    id,
    say: (text, { replyTo } = {}) => write({ do: 'say', text, replyTo }),
    async tap(messageId, what, { chatId } = {}) {
      const aim = typeof what === 'string' ? { data: what } : what;
      const { callbackQueryId } = await act({ do: 'tap', messageId, chatId, ...aim });
      return callbackQueryId ?? '';
    },
    shareLocation: (latitude, longitude) => write({ do: 'shareLocation', latitude, longitude }),
    sendFile: (name, bytes, { mimeType = 'application/octet-stream', caption } = {}) =>
      write({ do: 'sendFile', name, mimeType, caption, base64: Buffer.from(bytes).toString('base64') }),
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

function pollTime(deadline: number): number {
  return Math.max(0, Math.min(POLL_MS, Math.round(deadline - performance.now())));
}

/** What was there instead, for the message of a failed wait. */
function lately({ messages }: ChatView): string {
  const shown = messages.slice(-4).map(({ message_id, from, text, edits }) => {
    const edited = edits > 0 ? `, edited ${edits}x` : '';
    return `#${message_id} ${from.is_bot ? 'bot' : 'person'}${edited}: ${(text ?? '(no text)').slice(0, 120)}`;
  });
  return `the last messages: ${shown.join(' | ') || 'none'}`;
}
