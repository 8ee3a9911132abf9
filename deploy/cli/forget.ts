import { parseArgs } from 'node:util';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { Locale } from '#contracts/account-events.ts';
import { FORGETTING_CONSUMER } from '#contracts/consumers.ts';
import { UserId } from '#contracts/ids.ts';
import type { Databases } from '#projections/engine/versions.ts';
import { inventoryOf } from '#services/forgetting/inventory.ts';
import { requestForgetting } from '#services/forgetting/request.ts';
import { openStoredMessages } from '#services/forgetting/stored-messages.ts';
import { allTombstones } from '#services/forgetting/tombstones.ts';
import { connectNats, verifyProvisioned } from '#services/platform/jetstream/connection.ts';
import { consumerInfo } from '#services/platform/jetstream/consumer-info.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import { createLog } from '#services/platform/process/log.ts';
import { databaseSettings, natsSettings, readSettings } from '#services/platform/process/settings.ts';
import { operatorEnvironment } from '../local/running.ts';
import { confirmTyped } from './confirmation.ts';
import { WrongUsage } from './usage.ts';

const settings = z.object({
  ...natsSettings,
  ...databaseSettings,
});

const flags = {
  'dry-run': { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  tell: { type: 'string' },
  yes: { type: 'boolean', default: false },
} as const;

type Tools = { nats: NatsConnection; databases: Databases };

/** `habitstream forget <user id> [--dry-run] [--yes] [--tell en|ru] | --list`. Exit code 1 when it is not confirmed. */
export async function forgetCommand(args: string[]): Promise<void> {
  const { list, dryRun, isConfirmed, userId, locale } = readArguments(args);
  if (!list && userId === undefined)
    throw new WrongUsage('Say who is to be forgotten, by their numeric Telegram id.');
  await using stack = new AsyncDisposableStack();
  const tools = await openTools(stack);
  // Awaited, so that the connections end after it.
  if (list || userId === undefined) return await printTombstones(tools);
  if (dryRun) return await printInventory(tools, userId);
  if (!isConfirmed)
    await confirmTyped(`Everything of ${userId} is erased, and cannot be brought back.`, userId);
  await forget(tools, userId, locale);
}

function readArguments(args: string[]) {
  try {
    const { values, positionals } = parseArgs({ args, options: flags, allowPositionals: true });
    const [userId] = z.tuple([UserId]).or(z.tuple([])).parse(positionals);
    const locale = Locale.optional().parse(values.tell);
    return { list: values.list, dryRun: values['dry-run'], isConfirmed: values.yes, userId, locale };
  } catch (cause) {
    throw new WrongUsage(
      'A person is named by their numeric Telegram id, the language of a message by en or ru.',
      {
        cause,
      },
    );
  }
}

async function openTools(stack: AsyncDisposableStack): Promise<Tools> {
  const config = readSettings(settings, await operatorEnvironment(process.env));
  const { databaseUrl, analyticsDatabaseUrl = databaseUrl, ...login } = config;
  const log = createLog('forget', 'warn', process.stderr);
  const nats = await connectNats(login, 'forget');
  stack.defer(() => nats.close());
  await verifyProvisioned(nats);
  const database = (url: string) => {
    const pool = openDatabase({ url, name: 'forget', max: 1, log });
    stack.defer(() => pool.end());
    return pool;
  };
  return { nats, databases: { schedules: database(databaseUrl), analytics: database(analyticsDatabaseUrl) } };
}

async function printInventory({ nats, databases }: Tools, userId: UserId): Promise<void> {
  const messages = await openStoredMessages(nats);
  const holdings = await inventoryOf({ messages, databases }, userId);
  for (const { place, count } of holdings) console.log(line(place, count));
  console.log(
    line(
      'in all',
      holdings.reduce((sum, { count }) => sum + count, 0),
    ),
  );
}

async function printTombstones({ nats, databases }: Tools): Promise<void> {
  const all = [...(await allTombstones(nats, databases.schedules))].sort(([, one], [, other]) => one - other);
  for (const [hash, atMs] of all) console.log(`${new Date(atMs).toISOString()}  ${hash}`);
}

async function forget({ nats }: Tools, userId: UserId, locale: Locale | undefined): Promise<void> {
  const about = { at: new Date().toISOString(), by: 'operator' as const, ...(locale && { locale }) };
  const consumer = await consumerInfo(nats, FORGETTING_CONSUMER);
  if (!consumer || consumer.num_waiting + consumer.num_ack_pending === 0)
    console.log(
      'No forgetting process runs. It is asked for, and done when one is started; Ctrl-C takes nothing back.',
    );
  await requestForgetting({ nats, clock: systemClock }, userId, about, ({ step, count }) =>
    console.log(line(step, count)),
  );
  console.log('Forgotten.');
}

const line = (what: string, count: number): string => `${what.padEnd(24)} ${String(count).padStart(8)}`;
