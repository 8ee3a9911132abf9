import { parseArgs } from 'node:util';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { connectNats, verifyProvisioned } from '#services/platform/jetstream/connection.ts';
import { readSettings, setting } from '#services/platform/process/settings.ts';
import { operatorsEnvironment } from '../local/running.ts';
import { type FiledLetter, type Letters, openLetters } from './dead-letters/letters.ts';
import { letterJson, letterLine, letterPage } from './dead-letters/print.ts';
import { replay } from './dead-letters/redrive.ts';
import { WrongUsage } from './usage.ts';

const settings = z.object({ natsUrl: setting.natsUrl });

const options = {
  consumer: { type: 'string' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

type Wishes = { ids: number[]; consumer: string | undefined; all: boolean; json: boolean };
type Tools = { nats: NatsConnection; letters: Letters };
type Action = { allowed(wishes: Wishes): boolean; act(tools: Tools, wishes: Wishes): Promise<void> };

const names = ({ ids, consumer, all }: Wishes) => [ids.length > 0, consumer !== undefined, all];
const exactlyOne = (given: boolean[]) => given.filter(Boolean).length === 1;

const actions: Record<string, Action> = {
  list: { allowed: ({ ids, all }) => ids.length === 0 && !all, act: list },
  show: {
    allowed: ({ ids, consumer, all }) => ids.length === 1 && consumer === undefined && !all,
    act: show,
  },
  replay: { allowed: (wishes) => exactlyOne(names(wishes)), act: redriveAll },
  // Whoever drops says which: there is no `--all`.
  drop: { allowed: (wishes) => !wishes.all && exactlyOne(names(wishes)), act: drop },
};

/** `habitstream dead list | show | replay | drop`. Exit code 1 when something asked for was not done. */
export async function deadCommand([name = '', ...args]: string[]): Promise<void> {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  const wishes = readWishes(args);
  if (!action?.allowed(wishes)) throw new WrongUsage('Say what to do with which dead letters.');
  // `| head` closes the pipe when it has seen enough.
  process.stdout.once('error', () => process.exit(1));
  const { natsUrl } = readSettings(settings, await operatorsEnvironment(process.env));
  const nats = await connectNats(natsUrl, 'dead-letters');
  try {
    await verifyProvisioned(nats);
    await action.act({ nats, letters: await openLetters(nats) }, wishes);
  } finally {
    await nats.close();
  }
}

function readWishes(args: string[]): Wishes {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const ids = positionals.map((each) => z.coerce.number().int().positive().parse(each));
    return { ids, consumer: values.consumer, all: values.all ?? false, json: values.json ?? false };
  } catch (cause) {
    throw new WrongUsage('A letter is named by its number in "dead list".', { cause });
  }
}

async function list({ letters }: Tools, { consumer, json }: Wishes): Promise<void> {
  let count = 0;
  for await (const filed of letters.all(consumer)) {
    console.log(json ? letterJson(filed) : letterLine(filed));
    count++;
  }
  if (!json) console.log(count === 1 ? '1 dead letter' : `${count} dead letters`);
}

async function show(tools: Tools, { ids, json }: Wishes): Promise<void> {
  for await (const filed of chosen(tools, { ids })) {
    console.log(json ? JSON.stringify({ id: filed.id, ...filed.letter }) : letterPage(filed));
  }
}

async function redriveAll(tools: Tools, wishes: Wishes): Promise<void> {
  for await (const filed of chosen(tools, wishes)) {
    const redriven = await replay(tools.nats, tools.letters, filed);
    if (redriven.kind === 'handedOver') {
      console.log(`${filed.id}: handed to ${redriven.consumer}`);
      continue;
    }
    console.log(`${filed.id}: kept, ${redriven.why}`);
    process.exitCode = 1;
  }
}

async function drop(tools: Tools, wishes: Wishes): Promise<void> {
  for await (const { id } of chosen(tools, wishes)) {
    await tools.letters.erase(id);
    console.log(`${id}: dropped`);
  }
}

/** The letters named, each told of when there is none. */
async function* chosen(
  { letters }: Tools,
  { ids, consumer }: Pick<Wishes, 'ids'> & Partial<Wishes>,
): AsyncGenerator<FiledLetter> {
  if (ids.length === 0) return yield* letters.all(consumer);
  for (const id of ids) {
    const filed = await letters.one(id);
    if (filed) {
      yield filed;
      continue;
    }
    console.log(`${id}: there is no such letter`);
    process.exitCode = 1;
  }
}
