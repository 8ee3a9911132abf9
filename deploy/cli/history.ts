import { parseArgs } from 'node:util';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { Instant } from '#contracts/time.ts';
import { connectNats, verifyProvisioned } from '#services/platform/jetstream/connection.ts';
import { natsSettings, readSettings } from '#services/platform/process/settings.ts';
import { type HistoryRequest, type StoredCounts, storeHistory } from '../history/generate.ts';
import { NotStored } from '../history/pipelined-publisher.ts';
import { operatorEnvironment } from '../local/running.ts';
import { StartupProblem } from '../local/startup-problem.ts';
import { interruption } from './interruption.ts';
import { counted, duration, type ProgressLine, progressLine } from './progress.ts';
import { WrongUsage, wrongOptions } from './usage.ts';

const settings = z.object(natsSettings);

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const Options = z.object({
  people: whole(1, 100_000_000).default(1_000),
  days: whole(1, 3_660).default(60),
  seed: whole(0, 2 ** 31).default(1),
  first: whole(0, 100_000_000_000).default(0),
  until: z.union([Instant, z.iso.date().transform((on) => `${on}T00:00:00Z`)]).optional(),
});

/** `habitstream history generate`: people who never were, and all they did, straight into an empty log. */
export async function historyCommand([action, ...args]: string[]): Promise<void> {
  if (action !== 'generate') throw new WrongUsage('Say what to do with a history: "history generate".');
  const { append, ...request } = readOptions(args);
  const login = readSettings(settings, await operatorEnvironment(process.env));
  const nats = await connectNats(login, 'history');
  try {
    await verifyProvisioned(nats);
    if (!append) await refuseUnlessEmpty(nats);
    await generate(nats, request);
  } finally {
    await nats.close();
  }
}

function readOptions(args: string[]): HistoryRequest & { append: boolean } {
  const text = { type: 'string' } as const;
  const flags = { people: text, days: text, seed: text, first: text, until: text };
  const { values } = parseArgs({ args, options: { ...flags, append: { type: 'boolean' } } });
  const options = Options.safeParse(values);
  if (!options.success) throw wrongOptions(options.error);
  const { until, ...rest } = options.data;
  const untilMs = until === undefined ? Date.now() : Date.parse(until);
  return { ...rest, untilMs, append: values.append === true };
}

/** A log of people is for ever: generated ones are not to get into it by a wrong address. */
async function refuseUnlessEmpty(nats: NatsConnection): Promise<void> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });
  for (const stream of ['EVENTS', 'DELIVERIES']) {
    const { messages } = (await streams.info(stream)).state;
    if (messages === 0) continue;
    throw new StartupProblem(
      `${stream} has ${counted(messages)} messages, and a generated history belongs into an empty log. ` +
        'If these are generated too, "--append --first N" adds people from number N on.',
    );
  }
}

async function generate(nats: NatsConnection, request: HistoryRequest): Promise<void> {
  using interrupted = interruption();
  const { signal } = interrupted;
  const startedMs = performance.now();
  const generated = progressLine('people generated');
  let stored: ProgressLine | undefined;
  try {
    const counts = await storeHistory(nats, request, {
      signal,
      onGenerated: (people) => generated.at(people, request.people),
      onStored(messages, total) {
        stored ??= progressLine('messages stored');
        stored.at(messages, total);
      },
    });
    (stored ?? generated).end();
    print(request, counts, (performance.now() - startedMs) / 1000);
    if (!signal.aborted) return;
    console.error('Stopped before the end: the log has a part of the history.');
    process.exitCode = 130;
  } catch (error) {
    if (!(error instanceof NotStored)) throw error;
    throw new StartupProblem(`${error.message}: the log has a part of the history at most.`, {
      cause: error,
    });
  }
}

function print(request: HistoryRequest, { events, deliveries }: StoredCounts, seconds: number): void {
  const { people, first, days, seed, untilMs } = request;
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
  for (const [stream, counts] of Object.entries({ EVENTS: events, DELIVERIES: deliveries })) {
    console.log(`${stream}: ${counted(sum(counts))}`);
    for (const [kind, count] of Object.entries(counts).toSorted(([, a], [, b]) => b - a))
      console.log(`  ${counted(count).padStart(12)}  ${kind}`);
  }
  const stored = sum(events) + sum(deliveries);
  console.log(
    `${counted(people)} people from number ${first} on, ${days} days until ${new Date(untilMs).toISOString()}, seed ${seed}: ` +
      `${counted(stored)} messages in ${duration(seconds)}, ${counted(Math.round(stored / seconds))}/s`,
  );
}
