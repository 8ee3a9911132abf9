import type { Occurrence } from '#contracts/messages.ts';
import type { Kept, LimiterRecord } from '#services/platform/rate-limit/limiter-record.ts';
import { type RateLimiter, rateLimiterOn } from '#services/platform/rate-limit/rate-limiter.ts';
import { openFloodControl } from '#services/platform/telegram/flood-control.ts';
import { openDelivery } from '#services/sender/delivery/deliver.ts';
import { type SendRecordBucket, sendRecordsIn } from '#services/sender/delivery/send-records.ts';
import { openSettlement } from '#services/sender/delivery/settlement.ts';
import { type ReminderPorts, reminderWork } from '#services/sender/reminders/reminder-work.ts';
import type { Machine } from './machine.ts';
import { watchedLimiter } from './priority.ts';
import type { Role, World } from './role.ts';

const RETRY_MS = 200;

/** The sender on the simulated server, database and Telegram. */
export const startSender: Role = (world, machine) => {
  const { nats, log, durables, telegram, tables, scenario, notes } = world;
  const { clock } = machine;
  const stopping = new AbortController();
  const inFlight = new Map<string, Promise<void>>();
  const limiter = openMachineLimiter(world, machine);
  const publish = (delivery: Parameters<typeof nats.publishDelivery>[0]) =>
    machine.ask('nats', () => {
      notes.say(() => `${machine.name} publishes ${JSON.stringify(delivery)}`);
      nats.publishDelivery(delivery);
    });
  const records = sendRecordsIn(bucketOf(world, machine), machine.clock);
  const deliver = openDelivery({
    settlement: openSettlement({ records, publish, clock, log }, scenario.mayResend),
    async post(chatId, { items }, gate) {
      await telegram.connection(machine);
      if (!(await gate())) return { kind: 'notSent' };
      const occurrences = items.flatMap(({ occurrence }) => (occurrence ? [withoutSnooze(occurrence)] : []));
      const minutes = new Set(items.map(({ minute }) => minute)).size;
      return telegram.send(machine, { lane: 'bulk', chatId: String(chatId), occurrences, minutes });
    },
    limiter: watchedLimiter(world, machine, limiter),
    clock,
    log,
  });
  const reminder: ReminderPorts = {
    readFacts: (request) => machine.ask('database', () => tables.facts(request)),
    readStreak: async () => 0,
    readOrder: async () => [],
    readWeek: async () => [],
    mayAsk: async () => false,
    clock,
  };

  for (const durable of durables.senders.values())
    durable.subscribe(machine, ({ stored, tries, ack, nak, drop }) => {
      // The consume loop drops a message that the process is still handling.
      const which = `${stored.seq} ${stored.atMs}`;
      if (inFlight.has(which)) return drop();
      notes.received(machine, stored.body);
      const due = reminderWork(reminder, stored.body);
      const work = deliver(due, stored.stampedMs, stopping.signal).then(ack, () =>
        nak(stopping.signal.aborted ? 0 : Math.min(10_000, RETRY_MS * 2 ** (tries - 1))),
      );
      inFlight.set(which, work);
      void work.finally(() => inFlight.delete(which));
    });

  const unsubscribe = () => {
    for (const durable of durables.senders.values()) durable.unsubscribe(machine);
  };
  return {
    async stop() {
      stopping.abort();
      unsubscribe();
      await Promise.all(inFlight.values());
      await limiter.stop();
    },
    crashed: unsubscribe,
  };
};

const withoutSnooze = ({ habitId, on, at }: Occurrence) => ({ habitId, on, at });

/** The bot, as far as it uses the rate limiter: it answers people at once. */
export const startBot: Role = (world, machine) => {
  const { telegram, log, replies } = world;
  const limiter = openMachineLimiter(world, machine);
  const { clock } = machine;
  const floodControl = openFloodControl({ limiter, clock, log });
  const stopping = new AbortController();
  replies.send = async (chatId) => {
    for (let tries = 0; tries < 3 && !stopping.signal.aborted; tries++) {
      await telegram.connection(machine);
      await limiter.acquire('reply', chatId, stopping.signal);
      const leftMs = clock.now();
      const posted = await telegram.send(machine, { lane: 'reply', chatId, occurrences: [], minutes: 0 });
      if (posted.kind === 'sent') floodControl.accepted(chatId, leftMs);
      if (posted.kind !== 'limited') return;
      await floodControl.obey({ chatId, retryAfterMs: posted.retryAfterMs });
    }
  };
  return {
    async stop() {
      stopping.abort();
      await limiter.stop();
    },
    crashed: () => {},
  };
};

function openMachineLimiter(world: World, machine: Machine): RateLimiter {
  const { nats, log, random, scenario, clocks, engine } = world;
  const { now, errorMs } = clocks(machine);
  const time = { now, errorMs: () => errorMs, trusted: () => true, refresh: async () => {} };
  const readArrived = () => new Promise<void>((resolve) => engine.after(0, () => machine.whenAwake(resolve)));
  return rateLimiterOn(
    { time, record: limiterRecord(nats, machine), clock: machine.clock, log, random, readArrived },
    scenario.rates,
  );
}

function limiterRecord({ limiter }: World['nats'], machine: Machine): LimiterRecord {
  let latest = limiter.kept();
  const learn = (kept: Kept): Kept => {
    if (kept.revision >= latest.revision) latest = kept;
    return latest;
  };
  limiter.watch((kept) => machine.whenAwake(() => learn(kept)));
  return {
    latest: () => latest,
    read: () => machine.ask('nats', () => limiter.kept()).then(learn),
    async replace(expected, state) {
      const kept = await machine.ask('nats', () => limiter.replace(expected, state));
      if (kept) learn(kept);
      return kept !== undefined;
    },
    stop() {},
  };
}

function bucketOf({ nats: { sending } }: World, machine: Machine): SendRecordBucket {
  return {
    put: (key, value, { previousSeq }) => machine.ask('nats', () => sending.put(key, value, previousSeq)),
    get: (key) =>
      machine.ask('nats', () => {
        const entry = sending.get(key);
        if (!entry) return null;
        const { revision, value } = entry;
        return {
          revision,
          operation: value === undefined ? 'DEL' : 'PUT',
          json: (): unknown => JSON.parse(value ?? 'null'),
        };
      }),
    async delete(key, { previousSeq }) {
      await machine.ask('nats', () => sending.put(key, undefined, previousSeq));
    },
  };
}
