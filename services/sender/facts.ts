import type { Queryable } from '#projections/projection.ts';
import { type SendFacts, type SendRequest, sendFacts } from '#projections/schedules/send-facts.ts';

export type ReadFacts = (request: SendRequest) => Promise<SendFacts>;

type Asked = { request: SendRequest; resolve(facts: SendFacts): void; reject(reason: unknown): void };

const MOST_AT_ONCE = 500;

/**
 * Reads the facts of reminders about to be sent. Those asked for while a query runs share the next one, so the database
 * sees one query at a time however fast reminders leave.
 */
export function factsReader(database: Queryable): ReadFacts {
  const asked: Asked[] = [];
  let reading = false;

  async function readAll(): Promise<void> {
    reading = true;
    // Those who ask in the same turn of the event loop come along.
    await Promise.resolve();
    while (asked.length > 0) await readSome(asked.splice(0, MOST_AT_ONCE));
    reading = false;
  }

  async function readSome(batch: Asked[]): Promise<void> {
    try {
      const facts = await sendFacts(
        database,
        batch.map(({ request }) => request),
      );
      for (const [i, one] of batch.entries()) answer(one, facts[i]);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return (request) =>
    new Promise((resolve, reject) => {
      asked.push({ request, resolve, reject });
      if (!reading) void readAll();
    });
}

function answer({ request, resolve, reject }: Asked, facts: SendFacts | undefined): void {
  if (facts) resolve(facts);
  else reject(new Error(`no facts for ${request.userId}`));
}
