import { describe, expect, onTestFinished, test } from 'vitest';
import { habitIdFrom } from '#contracts/ids.ts';
import { ALL_EVENTS } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { handleCommand } from '#services/platform/event-store/handle-command.ts';
import { eventsAfter } from '#services/platform/event-store/read-log.ts';
import type { AggregateRef } from '#services/platform/event-store/stream-name.ts';
import { isUnavailable } from '#services/platform/jetstream/errors.ts';
import { startTestNats } from '#test/support/nats.ts';
import { asUserId } from '../../../support/ids.ts';
import { cause } from './check-ins.ts';
import { openStore } from './fixture.ts';
import { type TallyCommand, tally } from './tally.ts';

const USER = asUserId('900900');
const WRITERS = 6;
const ROUNDS = 4;

describe('kill -9 of nats-server as shipped', () => {
  test('no command is lost, stored twice or torn, and those under way finish after the restart', async () => {
    const server = await startTestNats({ syncAlways: true });
    onTestFinished(() => server.stop());
    const nats = await server.connection();
    await provision(nats, { shardCount: 1 });
    const store = openStore(nats);
    let running = true;
    const done: { habit: number; value: number }[] = [];
    /** As the consume loop does: what fails comes again, with the same cause. */
    const untilHandled = async (ref: AggregateRef, command: TallyCommand) => {
      const metadata = cause();
      for (let handled = false; !handled; )
        handled = await handleCommand(store, tally, { to: ref, command, metadata }).then(
          () => true,
          (error: unknown) => {
            if (!isUnavailable(error)) throw error;
            return false;
          },
        );
    };
    const write = async (habit: number) => {
      const ref = { userId: USER, aggregateId: habitIdFrom(USER, habit) };
      for (let n = 1; running; n++) {
        const values = [n, n, n].slice(habit % 3);
        await untilHandled(ref, { type: 'AddMany', values });
        done.push({ habit, value: n });
      }
    };
    const writers = Array.from({ length: WRITERS }, (_, habit) => write(habit));
    for (let round = 1; round <= ROUNDS; round++) {
      const target = done.length + 40;
      await until(() => done.length >= target);
      await server.kill();
      await server.restart();
    }
    running = false;
    await Promise.all(writers);
    await store.close();

    const found = new Map<string, number[]>();
    for await (const page of eventsAfter(nats, ALL_EVENTS, 0))
      for (const event of page)
        if (event.type === 'HabitCheckedIn')
          found.set(event.aggregateId, [...(found.get(event.aggregateId) ?? []), event.data.value]);
    for (let habit = 0; habit < WRITERS; habit++) {
      const times = 3 - (habit % 3);
      const count = done.filter((each) => each.habit === habit).length;
      expect(found.get(habitIdFrom(USER, habit))).toEqual(
        Array.from({ length: count * times }, (_, i) => Math.floor(i / times) + 1),
      );
    }
    const { habits } = await store.readUser(USER);
    for (const { habitId, state } of habits) {
      const values = found.get(habitId) ?? [];
      expect(state).toMatchObject({ count: values.length, sum: values.reduce((a, b) => a + b, 0) });
    }
  }, 90_000);
});

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 5));
}
