import type { Running } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { SettingsProblem } from '#services/platform/process/settings.ts';
import { openBudgetControl } from '#services/platform/rate-limit/budget-control.ts';
import { act } from './actions.ts';
import type { ConsoleConfig } from './config.ts';
import { openLogin } from './login.ts';
import { observe } from './observer.ts';
import { consoleServer } from './server.ts';

/**
 * Shows operators at a glance whether anything is late, where it is stuck and how much of the budget is used. It guarantees:
 * - it shows what NATS says, nothing that a process says of itself, so it shows a process that is gone;
 * - nothing that a person wrote, and no chat's id, leaves it;
 * - without a login nothing can be changed; with one, each action is in the log.
 *
 * @returns also the port it listens on.
 * @throws {SettingsProblem} when it cannot listen there.
 */
export async function start(
  { consolePassword, consoleUrl, consolePort, consoleHost }: ConsoleConfig,
  { nats, clock, log }: Ports,
): Promise<Running & { port: number }> {
  const budget = await openBudgetControl(nats, log);
  const observer = observe({ nats, clock }, budget);
  const isSecure = consoleUrl?.startsWith('https:') ?? false;
  const login = consolePassword === undefined ? undefined : openLogin(consolePassword, clock, isSecure);
  const server = consoleServer(consoleUrl, {
    observer,
    login,
    act: (action) => act({ nats, clock, budget }, action),
    log,
  });
  const stop = async () => {
    await server.close();
    await observer.stop();
    budget.stop();
  };
  try {
    const url = new URL(await server.listen({ port: consolePort, host: consoleHost }));
    return { port: Number(url.port), stop };
  } catch (cause) {
    await stop();
    throw new SettingsProblem(`CONSOLE_PORT ${consolePort} on CONSOLE_HOST ${consoleHost} cannot be used.`, {
      cause,
    });
  }
}
