import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { PageAnswer, type PageChange } from '#contracts/page.ts';
import { updateStore } from '#services/ingress/accept-update.ts';
import { askBot } from '#services/ingress/app/ask-bot.ts';
import { initDataReader } from '#services/ingress/app/init-data.ts';
import { pageServer } from '#services/ingress/app/server.ts';
import { createLog } from '#services/platform/process/log.ts';
import { type BotFixture, startBotFixture, TOKEN } from '#test/services/bot/fixture.ts';
import { fieldsOf, signed } from './signed.ts';

const log = createLog('page-test', process.env.LOG_LEVEL ?? 'silent');

export type Reply = { status: number; headers: Headers; answer: PageAnswer };
const Told = z
  .object({ error: z.string() })
  .or(z.object({ outcome: z.string(), why: z.string().optional() }));

/** The calendar page's server before a bot, which the test starts by `bot.replica()`. */
export type PageFixture = {
  bot: BotFixture;
  origin: string;
  initDataOf(userId: number): string;
  view(userId: number, years?: string): Promise<Reply>;
  change(userId: number, change: PageChange, key?: string): Promise<Reply>;
  /** Anything else; without initData, no header. */
  call(
    path: string,
    init?: RequestInit & { initData?: string },
  ): Promise<{ status: number; headers: Headers; told: unknown }>;
  stop(): Promise<void>;
};

export async function startPageFixture(): Promise<PageFixture> {
  const bot = await startBotFixture();
  const clock = { now: bot.now };
  const ports = {
    bot: askBot(bot.nats, updateStore(bot.nats)),
    readInitData: initDataReader(TOKEN),
    clock,
    log,
  };
  const settings = { appUrl: 'https://bot.example.org/app', telegramApiRoot: bot.telegramUrl };
  const server = pageServer(settings, ports);
  const origin = await server.listen({ port: 0, host: '127.0.0.1' });
  const initDataOf = (userId: number) => signed(fieldsOf(userId, bot.now()), TOKEN);
  const headersOf = (userId: number) => ({ authorization: `tma ${initDataOf(userId)}` });
  const answered = async (response: Response): Promise<Reply> => ({
    status: response.status,
    headers: response.headers,
    answer: PageAnswer.parse(await response.json()),
  });
  return {
    bot,
    origin,
    initDataOf,
    view: async (userId, years) => {
      const query = years === undefined ? '' : `?years=${years}`;
      return answered(await fetch(`${origin}/app/api/view${query}`, { headers: headersOf(userId) }));
    },
    change: async (userId, change, key = randomUUID()) =>
      answered(
        await fetch(`${origin}/app/api/changes`, {
          method: 'POST',
          headers: { ...headersOf(userId), 'content-type': 'application/json', 'idempotency-key': key },
          body: JSON.stringify(change),
        }),
      ),
    async call(path, { initData, headers, ...init } = {}) {
      const own = initData === undefined ? {} : { authorization: `tma ${initData}` };
      const response = await fetch(`${origin}${path}`, { ...init, headers: { ...own, ...headers } });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return {
        status: response.status,
        headers: response.headers,
        told: isJson ? Told.parse(JSON.parse(text)) : text,
      };
    },
    async stop() {
      await server.close();
      await bot.stop();
    },
  };
}
