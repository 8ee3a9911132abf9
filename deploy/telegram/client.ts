import { z } from 'zod';
import { type Group, groupSchema } from './chats/group.ts';
import { type NewPerson, type Person, personSchema } from './chats/person.ts';
import { type Call, caller, pollTime, WAIT_MS, type Waiting } from './control/call.ts';
import { limitsSchema, requestsViewSchema } from './control/contract.ts';
import { type FaultRule, faultRuleSchema } from './faults.ts';
import { groupClient, type SimulatedGroup } from './group-client.ts';
import type { LimitFigures } from './limits/limits.ts';
import { personClient, type SimulatedPerson } from './person-client.ts';
import { type Counters, countersSchema, type RequestRecord } from './requests.ts';

export type SimulatorClient = {
  /** The person with this id, created when there is none. Resolves when the simulator knows them. */
  person(
    person: { id: number; languageCode?: string } & Omit<NewPerson, 'id' | 'language_code'>,
  ): Promise<SimulatedPerson>;
  /** A group to which a person adds the bot, as they do when it had left. */
  group(
    group: Pick<Group, 'id'> & Partial<Omit<Group, 'botIsMember'>> & { addedBy: number },
  ): Promise<SimulatedGroup>;
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

const PAGE = 10_000;
const MOST_RECORDS = 200_000;

/** Drives the simulator at `url` from a test or benchmark. Methods reject with the simulator's own words. */
export function simulatorClient(url: string): SimulatorClient {
  const call = caller(url);

  const { allRequests, waitForRequest } = requestReader(call);

  return {
    async person({ id, languageCode, ...rest }) {
      const given = { ...rest, id, ...(languageCode ? { language_code: languageCode } : {}) };
      await call('POST', '/people', z.object({ person: personSchema }), given);
      return personClient(call, id);
    },
    async group({ type = 'supergroup', title = 'A group', ...rest }) {
      const { group } = await call('POST', '/groups', z.object({ group: groupSchema }), {
        type,
        title,
        ...rest,
      });
      return groupClient(call, group.id);
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

function requestReader(call: Call) {
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

  return { allRequests, waitForRequest };
}
