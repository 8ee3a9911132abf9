import { z } from 'zod';
import { UserId } from '#contracts/ids.ts';
import { connectNats, verifyProvisioned } from '#services/platform/jetstream/connection.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import { createLog } from '#services/platform/process/log.ts';
import { natsSettings, readSettings, setting } from '#services/platform/process/settings.ts';
import { explain } from '../explain/explain.ts';
import { operatorEnvironment } from '../local/running.ts';
import { WrongUsage } from './usage.ts';

const settings = z.object({ ...natsSettings, databaseUrl: setting.databaseUrl });

/** `habitstream explain <user>`: why a person's reminder is late, or did not come. */
export async function explainCommand(args: string[]): Promise<void> {
  const user = z.tuple([UserId]).safeParse(args);
  if (!user.success) throw new WrongUsage('Say whose reminder, by their numeric Telegram id.');
  const { databaseUrl, ...login } = readSettings(settings, await operatorEnvironment(process.env));
  const log = createLog('explain', 'warn', process.stderr);
  await using stack = new AsyncDisposableStack();
  const nats = await connectNats(login, 'explain');
  stack.defer(() => nats.close());
  await verifyProvisioned(nats);
  const database = openDatabase({ url: databaseUrl, name: 'explain', max: 1, log });
  stack.defer(() => database.end());
  for (const line of await explain({ nats, database, log, nowMs: Date.now() }, user.data[0]))
    console.log(line);
}
