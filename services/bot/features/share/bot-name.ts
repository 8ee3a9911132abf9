import type { Api } from 'grammy';
import type { Clock } from '#services/platform/process/clock.ts';
import { type Backoff, type Running, retry, startTask } from '#services/platform/process/lifecycle.ts';
import type { Log } from '#services/platform/process/log.ts';

const BACKOFF: Backoff = { firstMs: 1_000, longestMs: 30_000 };

/** The bot's own name, without which no link leads to it; undefined until Telegram has said it. */
export type BotName = { username: string | undefined };

/** Asks Telegram in the background until it answers, and puts the answer into `name`. */
export function learnBotName(
  name: BotName,
  telegram: Pick<Api, 'getMe'>,
  { clock, log }: { clock: Clock; log: Log },
): Running {
  return startTask(async (signal) => {
    const onFailure = (error: unknown) => log.warn({ err: error }, 'name of the bot not known yet');
    await retry({ clock, backoff: BACKOFF, signal, onFailure }, async () => {
      name.username = (await telegram.getMe()).username;
    }).catch(() => {}); // stopped before Telegram could be reached
  });
}
