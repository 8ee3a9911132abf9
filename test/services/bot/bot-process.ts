import { jetstreamManager } from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { BOT_CONSUMERS, MOVING_CONSUMER, REPLIES_CONSUMER } from '#contracts/consumers.ts';
import type { TestProcess, testProcesses } from '#test/support/processes.ts';
import { type BotFixture, TOKEN } from './fixture.ts';

const ACK_WAIT_MS = 2_000;

/** What a killed process had in hand is handed out again when its ack is overdue: after this, sooner than otherwise. */
export async function redeliverSoon(nats: NatsConnection): Promise<void> {
  const { consumers } = await jetstreamManager(nats);
  for (const { stream, name } of [...BOT_CONSUMERS, REPLIES_CONSUMER, MOVING_CONSUMER])
    await consumers.update(stream, name, { ack_wait: nanos(ACK_WAIT_MS) });
}

/** The bot's own process, in front of the fixture's simulated Telegram. Resolves when it says that it has started. */
export async function startBotProcess(
  processes: ReturnType<typeof testProcesses>,
  { telegramUrl, server }: Pick<BotFixture, 'telegramUrl' | 'server'>,
  settings: Record<string, string> = {},
): Promise<TestProcess> {
  const environment = { BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: telegramUrl, NATS_URL: server.url };
  const started = await processes.startService('bot', { ...environment, LOG_LEVEL: 'info', ...settings });
  await started.line(/"msg":"started"/);
  return started;
}
