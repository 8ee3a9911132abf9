import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { resolveNatsServer } from '#deploy/local/nats-binary.ts';
import { startNatsServer } from '#deploy/local/nats-server.ts';
import { PROJECT_FOLDER } from '#deploy/local/project-folder.ts';
import { provision } from '#deploy/provision/provision.ts';
import { simulatorClient } from '#deploy/telegram/client.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { arrivalRate } from './arrivals.ts';
import type { BenchRow } from './bench-row.ts';
import { type Work, Worked } from './send-worker.ts';
import { benchSender } from './sender.ts';

const TOKEN = '123456:abcdefghijklmnopqrstuvwxyz';
const CHATS = 6_000;
const TELEGRAM_FREE = 30;
const TELEGRAM_PAID = 1_000;
/** More than any sender here sends: the limit for messages that need no slot. */
const UNLIMITED = 100_000;

type Run = { senders: number; rate?: number; waiting: number; ms: number; limit: number };
/** Starting more processes than these would take longer than the run: more senders share them. */
const MOST_PROCESSES = 16;
type Seen = {
  perSecond: number;
  most: number;
  refused: number;
  grants: number;
  conflicts: number;
  missed: number;
};

/**
 * How much of the budget is used while a backlog exists, by the arrivals at the simulator, which enforces Telegram's
 * limits. The senders are processes of their own, each with more messages waiting than it may send. `raw` is the
 * permitted rate; in the last rows, posting to the same server without a rate limiter.
 */
export async function benchSend(): Promise<BenchRow[]> {
  const storeDir = await mkdtemp(join(tmpdir(), 'habitstream-bench-send-'));
  const dataDir = join(PROJECT_FOLDER, 'node_modules/.cache/habitstream');
  const binary = await resolveNatsServer({ dataDir, log: console.error });
  const server = await startNatsServer({ binary, storeDir, port: 0 });
  const simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN });
  const nats = await connect({ servers: server.url });
  try {
    await provision(nats, { shardCount: 1 });
    await simulatorClient(simulator.url).crowd(1, CHATS);
    const bench = { natsUrl: server.url, apiRoot: simulator.url };
    const rows: BenchRow[] = [];
    for (const senders of [1, 4, 16, 64]) rows.push(await used(bench, slow(senders)));
    for (const senders of [1, 4, 16]) rows.push(await used(bench, fast(senders)));
    const beside = await besideRaw(bench);
    return [...rows, beside, await benchSender(beside.raw)];
  } finally {
    await nats.close();
    await simulator.stop();
    await server.stop();
    await rm(storeDir, { recursive: true, force: true });
  }
}

type Bench = Pick<Work, 'natsUrl' | 'apiRoot'>;

const slow = (senders: number) => ({ senders, rate: 28, waiting: 32, ms: 12_000, limit: TELEGRAM_FREE });
/** Sixteen processes take two cores some seconds until their code is optimised. */
const fast = (senders: number) => ({
  senders,
  rate: 950,
  waiting: 768 / senders,
  ms: 15_000,
  limit: TELEGRAM_PAID,
});

async function used(bench: Bench, run: Run & { rate: number }): Promise<BenchRow> {
  const { perSecond, most, refused, grants, conflicts, missed } = await observe(bench, run);
  const processes = run.senders === 1 ? '1 sender' : `${run.senders} senders`;
  return {
    name: `budget used, ${processes} at ${run.rate}/s`,
    ours: perSecond,
    raw: run.rate,
    unit: 'messages/s',
    ratio: perSecond / run.rate,
    note:
      `at most ${most} arrived in a sliding second (Telegram takes ${run.limit}), ${refused} answered 429; ` +
      `${(conflicts / grants).toFixed(2)} conflicts per reservation, ${missed} slots missed`,
  };
}

async function besideRaw(bench: Bench): Promise<BenchRow> {
  const common = { senders: 1, waiting: 768, ms: 5_000, limit: UNLIMITED };
  const ours = await observe(bench, { ...common, rate: 950 });
  const raw = await observe(bench, { ...common, waiting: 64 });
  return {
    name: 'sending at 950/s beside posting without a budget',
    ours: ours.perSecond,
    raw: raw.perSecond,
    unit: 'messages/s',
    ratio: ours.perSecond / raw.perSecond,
    note: 'one process each; the raw one posts as fast as the simulator answers',
  };
}

async function observe(bench: Bench, { senders, rate, waiting, ms, limit }: Run): Promise<Seen> {
  const telegram = simulatorClient(bench.apiRoot);
  await telegram.reset();
  await telegram.limits({ overallPerSecond: limit, perChatBurst: UNLIMITED });
  const processes = Math.min(senders, MOST_PROCESSES);
  const chats = Math.floor(CHATS / processes);
  const workers = await Promise.all(Array.from({ length: processes }, startWorker));
  const worked = await Promise.all(
    workers.map((work, i) =>
      work({
        ...bench,
        token: TOKEN,
        ...(rate ? { rate } : {}),
        senders: senders / processes,
        waiting,
        ms,
        firstChat: 1 + i * chats,
        chats,
      }),
    ),
  );
  const arrivals = (await telegram.requests({ method: 'sendMessage' })).map(({ monotonicMs }) => monotonicMs);
  const { maxInSlidingSecond, byStatus } = await telegram.counters();
  const total = (key: 'bookings' | 'conflicts' | 'missed') =>
    worked.reduce((sum, each) => sum + each[key], 0);
  return {
    perSecond: arrivalRate(arrivals, ms),
    most: maxInSlidingSecond,
    refused: byStatus['429'] ?? 0,
    grants: Math.max(1, total('bookings')),
    conflicts: total('conflicts'),
    missed: total('missed'),
  };
}

/** Resolves when the process has loaded its code: starting sixteen of them is not what is measured. */
async function startWorker(): Promise<(work: Work) => Promise<Worked>> {
  const worker = fork(new URL('./send-worker.ts', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(worker, 'exit').then(([code]) =>
    Promise.reject(new Error(`a sender ended with ${code}`)),
  );
  ended.catch(() => {});
  const answer = async () => (await Promise.race([once(worker, 'message'), ended]))[0];
  await answer();
  return async (work) => {
    worker.send(work);
    return Worked.parse(await answer());
  };
}
