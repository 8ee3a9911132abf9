import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { testProcesses } from '#test/support/processes.ts';
import { startBotProcess } from './bot-process.ts';
import { type BotFixture, requestsOf, startBotFixture } from './fixture.ts';

/** An answer may have to wait until a killed process has been started again. */
export const PATIENCE = { timeoutMs: 60_000 };

export const says = (part: string) => (message: { text?: string | undefined }) =>
  message.text?.includes(part) ?? false;

/** The bot's own process on a real server, in front of simulated Telegram. Outside of tests' hooks it starts no process. */
export type KillableBot = {
  fixture: BotFixture;
  /** kill -9, once all that was stored has been handled; another process goes on. */
  crash(): Promise<void>;
  /** Requests about a person's chat, by method, while something is done. */
  requestsOf(person: SimulatedPerson, action: () => Promise<unknown>): Promise<Record<string, number>>;
  stop(): Promise<void>;
};

export async function startKillableBot(): Promise<KillableBot> {
  const processes = testProcesses();
  const fixture = await startBotFixture();
  const startProcess = () => startBotProcess(processes, fixture);
  let bot = await startProcess();
  return {
    fixture,
    async crash() {
      await fixture.settled();
      await bot.kill();
      bot = await startProcess();
    },
    requestsOf: (person, action) => requestsOf(fixture, person, action),
    stop: () => fixture.stop(),
  };
}
