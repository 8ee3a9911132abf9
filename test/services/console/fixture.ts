import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { z } from 'zod';
import type { UserId } from '#contracts/ids.ts';
import type { Delivery, ReminderDue } from '#contracts/messages.ts';
import { deliverySubject, reminderSubject } from '#contracts/subjects.ts';
import { epochMinuteAt } from '#contracts/time.ts';
import { provision } from '#deploy/provision/provision.ts';
import { consoleSettings } from '#services/console/config.ts';
import type { View } from '#services/console/observer.ts';
import { start } from '#services/console/start.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { readSettings } from '#services/platform/process/settings.ts';
import { eventually } from '#test/support/eventually.ts';
import { asHabitId, asUserId } from '#test/support/ids.ts';
import { startNatsWithUsers } from '#test/support/nats-with-users.ts';

export const PASSWORD = 'password-of-a-test';

export type ConsoleFixture = Awaited<ReturnType<typeof startConsole>>;

/** A console with its own rights at a real NATS server, on which nothing else runs; `operator` may do everything there. */
export async function startConsole(environment: Partial<Record<string, string>> = {}) {
  await using starting = new AsyncDisposableStack();
  const server = await startNatsWithUsers();
  starting.defer(() => server.stop());
  const operator = await server.connection();
  await provision(operator, { shardCount: 2 });
  const nats = await server.connectionOf('console');
  const lines: string[] = [];
  const log = createLog('console', 'info', { write: (line: string) => void lines.push(line) });
  const settings = { NATS_URL: server.urlOf('console'), CONSOLE_PORT: '0', ...environment };
  const running = await start(readSettings(consoleSettings, settings), { nats, clock: systemClock, log });
  starting.defer(() => running.stop());
  const url = `http://127.0.0.1:${running.port}`;
  const owned = starting.move();
  return { server, operator, url, lines, stop: () => owned.disposeAsync() };
}

type Answer = { view?: View; trouble?: string; mayLogIn: boolean; isIn: boolean };

export async function answerOf(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}/api/view`, { headers });
  return (await response.json()) as Answer;
}

/** @returns the first view that `isWanted`. */
export function viewOf(url: string, isWanted: (view: View) => boolean): Promise<View> {
  return eventually(async () => {
    const { view, trouble } = await answerOf(url);
    if (!view || !isWanted(view)) throw new Error(`not yet: ${trouble ?? JSON.stringify(view?.figures)}`);
    return view;
  });
}

let people = 4_000;
export const newPerson = (): UserId => asUserId(people++);

const occurrence = { habitId: asHabitId('a'.repeat(13)), on: '2026-02-18', at: '07:00' };

export async function queueReminder(
  nats: NatsConnection,
  tier: ReminderDue['tier'],
  userId: UserId,
): Promise<void> {
  const minute = epochMinuteAt(Date.now());
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const due = { userId, minute, tier, expiresAt, due: [occurrence] } satisfies z.input<typeof ReminderDue>;
  await jetstream(nats).publish(reminderSubject(tier, userId, minute), JSON.stringify(due));
}

export async function deliver(nats: NatsConnection, given: Partial<Delivery> = {}): Promise<void> {
  const atMs = Date.now();
  const delivery = {
    ...{ userId: newPerson(), minute: epochMinuteAt(atMs), tier: 'engaged' as const },
    ...{ outcome: 'delivered' as const, occurrences: [occurrence], latenessMs: 900, telegramMessageId: 7 },
    ...{ at: new Date(atMs).toISOString(), ...given },
  };
  await jetstream(nats).publish(deliverySubject(delivery.outcome, delivery.userId), JSON.stringify(delivery));
}
