import { parseArgs } from 'node:util';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { connectNats, verifyProvisioned } from '#services/platform/jetstream/connection.ts';
import { redrive } from '#services/platform/jetstream/redrive-letter.ts';
import {
  type DeadLetters,
  openDeadLetters,
  type StoredLetter,
} from '#services/platform/jetstream/stored-letters.ts';
import { natsSettings, readSettings } from '#services/platform/process/settings.ts';
import { operatorEnvironment } from '../local/running.ts';
import { letterJson, letterLine, letterPage } from './dead-letters/print.ts';
import { WrongUsage } from './usage.ts';

const settings = z.object(natsSettings);

const flags = {
  consumer: { type: 'string' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Which letters, by exactly one of `ids`, `consumer` and `all`; and how they are printed. */
type Options = { ids: number[]; consumer: string | undefined; all: boolean; json: boolean };
type Tools = { nats: NatsConnection; letters: DeadLetters };
type Action = {
  allows(options: Options): boolean;
  run(tools: Tools, options: Options): Promise<void>;
};

const choices = ({ ids, consumer, all }: Options) =>
  [ids.length > 0, consumer !== undefined, all].filter(Boolean).length;

const redriveAction: Action = { allows: (options) => choices(options) === 1, run: redriveChosen };

const actions: Record<string, Action> = {
  list: { allows: ({ ids, all }) => ids.length === 0 && !all, run: list },
  show: { allows: (options) => options.ids.length === 1 && choices(options) === 1, run: show },
  redrive: redriveAction,
  replay: redriveAction,
  // Without `--all`: what cannot be undone must be named.
  drop: { allows: (options) => !options.all && choices(options) === 1, run: drop },
};

/** `habitstream dead list | show | redrive | drop`. Exit code 1 when something was asked for and not done. */
export async function deadCommand([name = '', ...args]: string[]): Promise<void> {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  const options = readOptions(args);
  if (!action?.allows(options)) throw new WrongUsage('Say what to do with which dead letters.');
  // `| head` closes the pipe when it has seen enough.
  process.stdout.once('error', () => process.exit(1));
  const login = readSettings(settings, await operatorEnvironment(process.env));
  const nats = await connectNats(login, 'dead-letters');
  try {
    await verifyProvisioned(nats);
    await action.run({ nats, letters: await openDeadLetters(nats) }, options);
  } finally {
    await nats.close();
  }
}

function readOptions(args: string[]): Options {
  try {
    const { values, positionals } = parseArgs({ args, options: flags, allowPositionals: true });
    const ids = positionals.map((each) => z.coerce.number().int().positive().parse(each));
    return { ids, consumer: values.consumer, all: values.all ?? false, json: values.json ?? false };
  } catch (cause) {
    throw new WrongUsage('A dead letter is named by its number in "dead list".', { cause });
  }
}

async function list({ letters }: Tools, { consumer, json }: Options): Promise<void> {
  let count = 0;
  for await (const stored of letters.all(consumer)) {
    console.log(json ? letterJson(stored) : letterLine(stored));
    count++;
  }
  if (!json) console.log(count === 1 ? '1 dead letter' : `${count} dead letters`);
}

async function show(tools: Tools, options: Options): Promise<void> {
  for await (const stored of chosen(tools, options)) {
    console.log(options.json ? JSON.stringify({ id: stored.id, ...stored.letter }) : letterPage(stored));
  }
}

async function redriveChosen(tools: Tools, options: Options): Promise<void> {
  for await (const stored of chosen(tools, options)) {
    const result = await redrive(tools.nats, tools.letters, stored);
    if (result.kind === 'redriven') {
      console.log(`${stored.id}: redriven to ${result.consumer}`);
      continue;
    }
    console.log(`${stored.id}: kept, ${result.why}`);
    process.exitCode = 1;
  }
}

async function drop(tools: Tools, options: Options): Promise<void> {
  for await (const { id } of chosen(tools, options)) {
    await tools.letters.erase(id);
    console.log(`${id}: dropped`);
  }
}

/** The letters that the options choose. An id without a letter is printed and sets the exit code. */
async function* chosen({ letters }: Tools, { ids, consumer }: Options): AsyncGenerator<StoredLetter> {
  if (ids.length === 0) return yield* letters.all(consumer);
  for (const id of ids) {
    const stored = await letters.one(id);
    if (stored) {
      yield stored;
      continue;
    }
    console.log(`${id}: there is no such dead letter`);
    process.exitCode = 1;
  }
}
