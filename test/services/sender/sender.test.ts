import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { partitionOf } from '#contracts/ids.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { eventually } from '#test/support/eventually.ts';
import { asUserId } from '../../support/ids.ts';
import { ON, type SenderFixture, startSenderFixture, thisMinute } from './fixture.ts';
import { pauseFleet } from './people.ts';

const _log = createLog('test', 'silent');

describe('the sender', () => {
  let fixture: SenderFixture;

  beforeAll(async () => {
    fixture = await startSenderFixture();
  });
  afterEach(() => fixture.settle());
  afterAll(() => fixture?.stop());

  test('one message for all habits of a minute, and one delivery', async () => {
    const person = await fixture.person({ habits: 2 });
    await fixture.sender();
    const { minute } = await fixture.remind(person);
    const [delivery, ...more] = await fixture.ends(person.userId, 2);
    const [send, ...others] = await fixture.sends(person.chatId);
    expect([more, others]).toEqual([[], []]);
    expect(delivery).toEqual({
      userId: person.userId,
      minute,
      tier: 'engaged',
      outcome: 'delivered',
      occurrences: person.due,
      at: expect.any(String),
      latenessMs: expect.any(Number),
      telegramMessageId: send?.messageId,
    });
    expect(delivery?.latenessMs).toBe(Date.parse(delivery?.at ?? '') - minute * 60_000);
    for (const occurrence of person.due) {
      expect(await fixture.record(person.userId, occurrence)).toMatchObject({ minute, tries: 1, delivery });
    }
  });

  test('a long list is split into messages of twenty', async () => {
    const person = await fixture.person({ habits: 25 });
    await fixture.sender();
    await fixture.remind(person);
    const ends = await fixture.ends(person.userId, 25);
    expect(ends.map(({ occurrences }) => occurrences.length)).toEqual([20, 5]);
    expect(ends.flatMap(({ occurrences }) => occurrences)).toEqual(person.due);
    const [first, second] = await fixture.sends(person.chatId);
    expect((second?.monotonicMs ?? 0) - (first?.monotonicMs ?? 0)).toBeGreaterThan(940);
  });

  test.each([
    ['en', 'A', 'A · 🔥 3', '🔥 3 days in a row'],
    ['ru', 'A', 'A · 🔥 3', '🔥 3 дня подряд'],
  ])(
    '%s: habits stand in their order, with the streak that the day can continue',
    async (locale, name, line, alone) => {
      const textTo = async (habits: number) => {
        const person = await fixture.person({ habits });
        const [first, second = first] = person.due;
        const order = JSON.stringify([second?.habitId, first?.habitId]);
        const { userId } = person;
        await fixture.pool.query(
          'UPDATE schedules.accounts SET locale = $2, habit_order = $3 WHERE user_id = $1',
          [...[userId, locale, order]],
        );
        const habit = [userId, first?.habitId];
        await fixture.pool.query(
          'UPDATE schedules.habits SET name = $3 WHERE user_id = $1 AND habit_id = $2',
          [...[...habit, name]],
        );
        for (const on of ['2026-11-22', '2026-11-23', '2026-11-24'])
          await fixture.pool.query('INSERT INTO schedules.answers VALUES ($1, $2, $3, 1)', [...habit, on]);
        await fixture.remind(person);
        await fixture.ends(userId, habits);
        return String((await fixture.sends(person.chatId))[0]?.parameters.text);
      };
      await fixture.sender();
      expect(await textTo(1)).toBe(`⏰ ${name}\n${alone}`);
      expect((await textTo(2)).split('\n\n')[1]).toMatch(new RegExp(`^▫️ Habit \\w+\n▫️ ${line}$`));
    },
  );

  test('a snooze is another occurrence than the reminder at the same time, and both stand in one line', async () => {
    const person = await fixture.person();
    const [one] = person.due;
    if (!one) throw new Error('nothing due');
    const minute = thisMinute();
    await fixture.pool.query(
      `INSERT INTO schedules.snoozes VALUES ($1, $2, '${ON}', 480, $3, ${partitionOf(asUserId(person.userId))})`,
      [person.userId, one.habitId, minute],
    );
    await fixture.sender();
    const both = [one, { ...one, snoozed: true as const }];
    await fixture.remind({ ...person, due: both }, { minute });
    expect(await fixture.ends(person.userId, 2)).toMatchObject([{ outcome: 'delivered', occurrences: both }]);
    const [sent, ...more] = await fixture.sends(person.chatId);
    expect(more).toEqual([]);
    expect(String(sent?.parameters.text)).toMatch(/^⏰ Habit \w+$/);

    const replaced = { ...person, due: [{ ...one, snoozed: true as const }] };
    await fixture.remind(replaced, { minute: minute + 1 });
    expect((await fixture.ends(person.userId, 3)).at(-1)).toMatchObject({
      outcome: 'suppressed',
      reason: 'unscheduled',
      occurrences: replaced.due,
    });
    await fixture.pool.query('UPDATE schedules.snoozes SET due_minute = $2 WHERE user_id = $1', [
      person.userId,
      minute + 2,
    ]);
    await fixture.remind(replaced, { minute: minute + 2 });
    expect((await fixture.ends(person.userId, 4)).at(-1)).toMatchObject({
      outcome: 'delivered',
      occurrences: replaced.due,
    });
  });

  test('too late: expired, also when the deadline passes during the wait', async () => {
    const [late, waiting] = [await fixture.person(), await fixture.person()];
    await pauseFleet(fixture.nats, 800);
    await fixture.sender();
    await fixture.remind(late, { expiresInMs: -1 });
    await fixture.remind(waiting, { expiresInMs: 400 });
    for (const person of [late, waiting]) {
      expect(await fixture.ends(person.userId)).toMatchObject([{ outcome: 'expired' }]);
      expect(await fixture.sends(person.chatId)).toEqual([]);
    }
  });

  test('one occurrence at two minutes, as after a change of timezone, is sent once', async () => {
    const person = await fixture.person();
    await fixture.sender();
    const minute = thisMinute();
    await fixture.remind(person, { minute });
    await fixture.ends(person.userId, 1);
    await fixture.remind(person, { minute: minute + 60 });
    expect(await fixture.ends(person.userId, 2)).toMatchObject([
      { outcome: 'delivered', minute },
      { outcome: 'suppressed', reason: 'alreadyReminded', minute: minute + 60 },
    ]);
    expect(await fixture.sends(person.chatId)).toHaveLength(1);
  });

  test('one that was suppressed at the first minute may be sent at the second', async () => {
    const person = await fixture.person();
    const pause = 'UPDATE schedules.habits SET paused = $2 WHERE user_id = $1';
    await fixture.pool.query(pause, [person.userId, true]);
    await fixture.sender();
    const minute = thisMinute();
    await fixture.remind(person, { minute });
    await fixture.ends(person.userId, 1);
    await fixture.pool.query(pause, [person.userId, false]);
    await fixture.remind(person, { minute: minute + 60 });
    expect(await fixture.ends(person.userId, 2)).toMatchObject([
      { outcome: 'suppressed' },
      { outcome: 'delivered' },
    ]);
  });

  test('stopping gives back at once what waits', async () => {
    const person = await fixture.person();
    await pauseFleet(fixture.nats, 1_000);
    const received = Promise.withResolvers<void>();
    const first = await fixture.sender({}, () => received.resolve());
    await fixture.remind(person);
    await received.promise;
    await first.stop();
    await fixture.sender();
    expect(await fixture.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
  });

  test.each([
    { step: 'checked', outcome: 'delivered', sends: 1 },
    // Its slot is mostly gone by then: what another one has ended leaves no more.
    { step: 'claimed', outcome: 'uncertain', sends: 0 },
    { step: 'begun', outcome: 'uncertain', sends: 0 },
    { step: 'answered', outcome: 'uncertain', sends: 1 },
    { step: 'settled', outcome: 'delivered', sends: 1 },
  ] as const)(
    'one that is in hand twice, the second while the first is held at $step, is sent once and ends once',
    async ({ step, outcome, sends }) => {
      const person = await fixture.person();
      const reached = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const done = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const ended: string[] = [];
      let held = false;
      await fixture.sender({}, async (at) => {
        if (at === 'published') done[ended.push(at) - 1]?.resolve();
        if (at !== step || held) return;
        held = true;
        reached.resolve();
        await goOn.promise;
      });
      await fixture.remind(person);
      await reached.promise;
      await fixture.forgetBudget();
      // As two replays of a letter, or another delivery after ack_wait.
      await fixture.remind(person);
      await done[0]?.promise;
      goOn.resolve();
      await done[1]?.promise;
      expect(await fixture.ends(person.userId)).toMatchObject([{ outcome }]);
      expect(await fixture.ends(person.userId)).toHaveLength(1);
      const { length } = await fixture.sends(person.chatId);
      expect(length).toBeLessThanOrEqual(1);
      expect(length).toBeGreaterThanOrEqual(sends);
    },
  );

  test('poison is dead-lettered and others pass', async () => {
    const person = await fixture.person();
    await fixture.sender();
    await fixture.poison();
    await fixture.remind(person);
    expect(await fixture.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
    const manager = await jetstreamManager(fixture.nats);
    await eventually(async () => {
      expect((await manager.streams.info('DEAD')).state.messages).toBe(1);
    });
  });

  test('Postgres away: the reminder waits in the process, and is sent when it is back', async () => {
    const person = await fixture.person();
    await fixture.renameAccounts('accounts', 'accounts_away');
    await fixture.sender();
    await fixture.remind(person);
    await systemClock.sleep(500);
    expect(await fixture.sends(person.chatId)).toEqual([]);
    await fixture.renameAccounts('accounts_away', 'accounts');
    expect(await fixture.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
  });
});
