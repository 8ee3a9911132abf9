import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { eventCatalogue } from '#contracts/events.ts';
import { ACCOUNT, HabitId, UserId } from '#contracts/ids.ts';
import { DeliveryOutcome } from '#contracts/messages.ts';
import { deliverySubject, eventSubject } from '#contracts/subjects.ts';
import { Instant } from '#contracts/time.ts';
import type { SourceName } from '#projections/engine/projection.ts';
import type { LogMessage } from '#projections/engine/source.ts';

/*
 * `examples.json` of a projection: what comes of which messages. A person is a number, `habit` is left out for the events of the
 * account, `version` for the newest one; `delivery` has the other fields of a DELIVERIES message. Of the rows only the columns that
 * are named count, but all rows do.
 */

const User = z.int().transform((id) => UserId.parse(String(id)));

const EventMessage = z.strictObject({
  user: User,
  habit: HabitId.optional(),
  at: Instant,
  event: z.enum(Object.keys(eventCatalogue) as (keyof typeof eventCatalogue)[]),
  version: z.int().positive().optional(),
  data: z.record(z.string(), z.unknown()),
});
type EventMessage = z.infer<typeof EventMessage>;

const DeliveryMessage = z.strictObject({ user: User, delivery: z.looseObject({ outcome: DeliveryOutcome }) });
type DeliveryMessage = z.infer<typeof DeliveryMessage>;

const Row = z.record(z.string(), z.unknown());
export const Example = z.strictObject({
  title: z.string(),
  messages: z.array(z.union([EventMessage, DeliveryMessage])),
  rows: z.record(z.string(), z.array(Row)),
});
export type Example = z.infer<typeof Example>;

/** @throws naming the file, when it is missing or no list of examples. */
export async function examplesOf(folder: URL): Promise<Example[]> {
  const file = new URL('examples.json', folder);
  const parsed = z
    .array(Example)
    .nonempty()
    .safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file.pathname}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** An example's messages as those of their streams. */
export function logsOf({ messages: all }: Example): Record<SourceName, LogMessage[]> {
  const logs: Record<SourceName, LogMessage[]> = { EVENTS: [], DELIVERIES: [] };
  for (const each of all) {
    const isEvent = 'event' in each;
    const stream = logs[isEvent ? 'EVENTS' : 'DELIVERIES'];
    const sequence = stream.length + 1;
    const { subject, body, storedAtMs } = isEvent ? eventMessage(each, sequence) : deliveryMessage(each);
    stream.push({ subject, sequence, data: Buffer.from(JSON.stringify(body)), storedAtMs: storedAtMs });
  }
  return logs;
}

function eventMessage({ user, habit, at, event, version, data }: EventMessage, sequence: number) {
  const from = `example-${sequence}`;
  const body = {
    ...{ id: from, type: event, version: version ?? eventCatalogue[event].version },
    ...{ at, correlationId: from, causationId: from, data },
  };
  return { subject: eventSubject(user, habit ?? ACCOUNT), body, storedAtMs: Date.parse(at) };
}

function deliveryMessage({ user, delivery }: DeliveryMessage) {
  const subject = deliverySubject(delivery.outcome, user);
  return { subject, body: { userId: user, ...delivery }, storedAtMs: Date.parse(String(delivery.at)) };
}
