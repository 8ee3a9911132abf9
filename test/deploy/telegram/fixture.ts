import { Api, GrammyError } from 'grammy';
import { afterEach } from 'vitest';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import { type Simulator, type SimulatorConfig, startSimulator } from '#deploy/telegram/start.ts';

export const BOT_TOKEN = '4242:simulated_token_for_tests';

export type RunningSimulator = {
  simulator: Simulator;
  client: SimulatorClient;
  api: Api;
  /** Calls a method as it comes, without grammY's help. */
  raw(method: string, body?: unknown, init?: RequestInit): Promise<{ status: number; body: unknown }>;
};

const running: Simulator[] = [];

/** Starts a simulator that is stopped after the test. */
export async function runSimulator(config: Partial<SimulatorConfig> = {}): Promise<RunningSimulator> {
  const simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: BOT_TOKEN, ...config });
  running.push(simulator);
  return {
    simulator,
    client: simulatorClient(simulator.url),
    api: new Api(BOT_TOKEN, { apiRoot: simulator.url }),
    async raw(method, body, init = {}) {
      const response = await fetch(`${simulator.url}/bot${BOT_TOKEN}/${method}`, {
        method: 'POST',
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        ...init,
      });
      return { status: response.status, body: await response.json() };
    },
  };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
});

/** How Telegram refuses a call. */
export async function refusalOf(call: Promise<unknown>): Promise<{ code: number; text: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof GrammyError) return { code: error.error_code, text: error.description };
    throw error;
  }
  throw new Error('the call was not refused');
}

/** A simulator whose Alex has started the bot. */
export async function started() {
  const running = await runSimulator({ perChatBurst: 50 });
  const alex = await running.client.person({ id: 1001 });
  await alex.say('/start');
  return { ...running, alex };
}
