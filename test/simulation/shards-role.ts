import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { ReminderDue, Tick } from '#contracts/messages.ts';
import { openSemaphore } from '#services/platform/process/semaphore.ts';
import { type DoTick, startCatchUp } from '#services/shards/catch-up.ts';
import { openReminderQueue, type Publishing } from '#services/shards/queue.ts';
import type { Schedules } from '#services/shards/schedules.ts';
import { queueDue } from '#services/shards/shard.ts';
import type { TickHistory } from '#services/shards/tick-history.ts';
import { openTickPlanner } from '#services/shards/tick-plan.ts';
import type { Machine } from './machine.ts';
import type { Role, World } from './role.ts';

const BARRIER_WAIT_MS = 10_000;
const RETRY_MS = 200;
/** The simulated server has one replica. */
const storedWhenRefused = async () => [];

/** The shards service, with all shards, on the simulated server and database. */
export const startShards: Role = (world, machine) => {
  const { log, durables, notes, scenario } = world;
  const { clock } = machine;
  const stopping = new AbortController();
  const queue = openReminderQueue(publishing(world, machine), 64, storedWhenRefused);
  const schedules = schedulesOf(world, machine);
  const parts = {
    schedules,
    queue,
    planTick: openTickPlanner({ schedules, clock, log }, BARRIER_WAIT_MS),
    semaphore: openSemaphore(4),
    deadlineMs: scenario.deadlineMs,
  };
  const doTick: DoTick = async ({ partitions }, _sequence, tick, signal) => {
    await queueDue(parts, partitions, tick, signal);
    if (machine.isAlive()) notes.done(tick, partitions);
  };
  const shards = [...durables.shards];
  const { history, forget } = historyOf(world, machine);
  const starting = startCatchUp(
    { clock, log, history },
    shards.map(({ shard }) => shard),
    doTick,
  ).then((catchUp) => {
    for (const { shard, durable } of stopping.signal.aborted ? [] : shards)
      durable.subscribe(machine, ({ stored, tries, ack, nak }) => {
        doTick(shard, stored.seq, Tick.parse(stored.body), stopping.signal).then(
          () => {
            catchUp.done(stored.seq);
            ack();
          },
          () => nak(stopping.signal.aborted ? 0 : Math.min(10_000, RETRY_MS * 2 ** (tries - 1))),
        );
      });
    return catchUp;
  });
  // A shards process cannot start while the server is away; the fleet starts it again.
  starting.catch(() => machine.kill());

  function unsubscribe(): void {
    forget();
    for (const { durable } of shards) durable.unsubscribe(machine);
  }
  return {
    async stop() {
      stopping.abort();
      unsubscribe();
      // A start that failed has nothing to be stopped.
      await starting.then(
        (catchUp) => catchUp.stop(),
        () => {},
      );
      queue.stop();
    },
    crashed() {
      unsubscribe();
      queue.stop();
    },
  };
};

function schedulesOf({ tables, zoneScan }: World, machine: Machine): Schedules {
  return {
    projected: () => machine.ask('database', () => tables.sequence()),
    zones: () => machine.ask('database', zoneScan),
    async *due(partitions, minutes) {
      const rows = await machine.ask('database', () => tables.due(new Set(partitions), minutes));
      if (rows.length > 0) yield rows;
    },
  };
}

function historyOf({ nats, durables }: World, machine: Machine): { history: TickHistory; forget(): void } {
  let watching: Parameters<typeof nats.serverWatches.add>[0] | undefined;
  const history: TickHistory = {
    doneBy: ({ consumer }) =>
      machine.ask('nats', () => {
        const found = durables.shards.find(({ shard }) => shard.consumer === consumer);
        return found?.durable.floor() ?? 0;
      }),
    remindersLostSince: async () => undefined,
    tick: (sequence) =>
      machine.ask('nats', () => {
        const stored = nats.ticks.at(sequence);
        return stored && { sequence, storedAtMs: stored.atMs, tick: stored.body };
      }),
    watchServer(_signal, { doneLately, onOther }) {
      watching = { doneLately, restarted: (done) => machine.whenAwake(() => onOther(done)) };
      nats.serverWatches.add(watching);
    },
  };
  return {
    history,
    forget() {
      if (watching) nats.serverWatches.delete(watching);
    },
  };
}

/** A connection as far as the reminder queue needs one: the server checks the expectation in the headers. */
function publishing({ nats, durables }: World, machine: Machine): Publishing {
  let answered: ((error: Error | null, message: Msg) => void) | undefined;
  const connection = {
    subscribe(_subject: string, { callback }: { callback: typeof answered }) {
      answered = callback;
      return { unsubscribe() {} };
    },
    publish(_subject: string, payload: string, options: Parameters<NatsConnection['publish']>[2]) {
      const { reply = '', headers } = options ?? {};
      const isOnce = headers?.get('Nats-Expected-Last-Subject-Sequence') === '0';
      const store = () => {
        const due = ReminderDue.parse(JSON.parse(payload));
        const seq = isOnce ? nats.reminders.queueOnce(due) : nats.reminders.append(due);
        for (const durable of durables.senders.values()) durable.pump();
        return { seq };
      };
      machine.ask('nats', store).then(
        (ack) => answer(reply, ack),
        (error) => answer(reply, 'code' in error ? { error: { err_code: error.code } } : undefined),
      );
    },
  };
  function answer(subject: string, body: object | undefined): void {
    const data = new Uint8Array(body ? 1 : 0);
    answered?.(null, { subject, data, json: () => body } as unknown as Msg); // the queue reads nothing else of a message
  }
  return connection as unknown as Publishing; // the queue calls nothing else of a connection
}
