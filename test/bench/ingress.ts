import { jetstream } from '@nats-io/jetstream';
import type { UserId } from '#contracts/ids.ts';
import { updateSubject } from '#contracts/subjects.ts';
import { freePort } from '#deploy/local/ports.ts';
import { OUR_NODE, PROJECT_FOLDER } from '#deploy/local/project-folder.ts';
import { spawnServer } from '#deploy/local/server-process.ts';
import { provision } from '#deploy/provision/provision.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { asUserId } from '#test/support/ids.ts';
import type { BenchRow } from './bench-row.ts';
import { withServers } from './servers.ts';
import { postAll } from './webhook-load.ts';

const IN_FLIGHT = 100;
const SECRET = 'bench';
let nextUpdateId = 1;

/**
 * Updates a second from webhook call to durable and answered 200, with the ingress as a process of its own, beside raw
 * publishes of the same bodies with message ids, as many in flight. With fsync at every message the disk is the bound:
 * the server syncs a stream once for each message, however many are in flight and also within an atomic batch.
 */
export async function benchIngress(): Promise<BenchRow[]> {
  return [await measure(false, 20_000), await measure(true, 5_000)];
}

async function measure(syncAlways: boolean, count: number): Promise<BenchRow> {
  return withServers(
    async ({ natsUrl }) => {
      const { ours, raw } = await compare(natsUrl, count);
      const note = `${IN_FLIGHT} in flight, ${syncAlways ? 'fsync at every message' : 'default fsync'}`;
      return { name: 'webhook to durable and 200', ours, raw, unit: 'updates/s', ratio: ours / raw, note };
    },
    { syncAlways },
  );
}

/** Half of the raw work is done before ours and half after it, so that a slow moment of the machine hits both. */
async function compare(natsUrl: string, count: number): Promise<{ ours: number; raw: number }> {
  const nats = await connectNats({ natsUrl }, 'bench');
  await provision(nats, { shardCount: 1 });
  const js = jetstream(nats);
  const publish = (updates: Update[]) =>
    inFlight(updates, ({ id, userId, body }) =>
      js.publish(updateSubject(userId), body, { msgID: `update-${id}` }),
    );
  const ingress = await startIngress(natsUrl);
  const post = (updates: Update[]) =>
    postAll({ port: ingress.port, path: '/hook', secret: SECRET, connections: IN_FLIGHT }, bodiesOf(updates));
  try {
    await publish(updatesOf(count / 10));
    await post(updatesOf(count / 4));
    const before = await seconds(() => publish(updatesOf(count / 2)));
    const ours = count / (await seconds(() => post(updatesOf(count))));
    const after = await seconds(() => publish(updatesOf(count / 2)));
    return { ours, raw: count / (before + after) };
  } finally {
    await ingress.stop();
    await nats.close();
  }
}

type Update = { id: number; userId: UserId; body: string };

/** Texts as people send them, about 400 bytes. */
function updatesOf(count: number): Update[] {
  return Array.from({ length: count }, () => {
    const id = nextUpdateId++;
    const userId = asUserId(10_000 + (id % 5_000));
    const person = { id: Number(userId), is_bot: false, first_name: 'Bench', language_code: 'en' };
    const message = {
      message_id: id,
      from: person,
      chat: { id: person.id, first_name: 'Bench', type: 'private' },
      date: 1_795_600_000,
      text: 'Twenty minutes along the river before breakfast, it was cold but the sun came out in the end',
      entities: [{ offset: 0, length: 6, type: 'bold' }],
    };
    return { id, userId, body: JSON.stringify({ update_id: id, message }) };
  });
}

const bodiesOf = (updates: Update[]) => updates.map(({ body }) => body);

async function inFlight<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await act(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

/** Telegram is a closed port: the ingress starts all the same, and tries again later. */
async function startIngress(natsUrl: string): Promise<{ port: number; stop(): Promise<void> }> {
  const port = await freePort();
  const started = Promise.withResolvers<void>();
  const child = await spawnServer({
    command: OUR_NODE,
    args: ['services/ingress/main.ts'],
    cwd: PROJECT_FOLDER,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NATS_URL: natsUrl,
      BOT_TOKEN: `1:${'b'.repeat(35)}`,
      TELEGRAM_API_ROOT: 'http://127.0.0.1:9',
      WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
      WEBHOOK_SECRET: SECRET,
      PORT: String(port),
      LOG_LEVEL: 'info',
    },
    stopSignal: 'TERM',
    deadlineMs: 20_000,
    onLine: (line) => line.includes('"started"') && started.resolve(),
  });
  await Promise.race([started.promise, child.exited]);
  return { port, stop: child.stop };
}
