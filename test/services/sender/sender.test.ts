import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { partitionOf } from '#contracts/ids.ts';
import type { Delivery } from '#contracts/messages.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openRateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { isChatRefused, refusalIn } from '#services/platform/telegram/refusals.ts';
import type { SendStep } from '#services/sender/delivery/message-state.ts';
import { eventually } from '#test/support/eventually.ts';
import { asUserId } from '../../support/ids.ts';
import { mostInASecond } from '../platform/rate-limit/sliding-second.ts';
import { ON, type SendingSystem, startSendingSystem, thisMinute } from './fixture.ts';

const log = createLog('test', 'silent');

/** As the bot takes it, which records a block. */
const endsReminders = (end: Delivery | undefined): boolean => {
  const refusal = refusalIn(end?.reason ?? '');
  return refusal !== undefined && isChatRefused(refusal);
};

describe('the sender', () => {
  let system: SendingSystem;

  beforeAll(async () => {
    system = await startSendingSystem();
  });
  afterEach(() => system.settle());
  afterAll(() => system?.stop());

  const pauseAll = async (ms: number) => {
    const limiter = await openRateLimiter(
      { nats: system.nats, clock: systemClock, log },
      { sendRate: 500, bulkRate: 500 },
    );
    await limiter.pause(ms);
    await limiter.stop();
  };

  test('one message for all habits of a minute, and one delivery', async () => {
    const person = await system.person({ habits: 2 });
    await system.sender();
    const { minute } = await system.remind(person);
    const [delivery, ...more] = await system.ends(person.userId, 2);
    const [send, ...others] = await system.sends(person.chatId);
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
      expect(await system.record(person.userId, occurrence)).toMatchObject({ minute, tries: 1, delivery });
    }
  });

  test('a long list is split into messages of twenty', async () => {
    const person = await system.person({ habits: 25 });
    await system.sender();
    await system.remind(person);
    const ends = await system.ends(person.userId, 25);
    expect(ends.map(({ occurrences }) => occurrences.length)).toEqual([20, 5]);
    expect(ends.flatMap(({ occurrences }) => occurrences)).toEqual(person.due);
    const [first, second] = await system.sends(person.chatId);
    expect((second?.monotonicMs ?? 0) - (first?.monotonicMs ?? 0)).toBeGreaterThan(940);
  });

  describe('what is no longer wanted is not sent, and told why', () => {
    test.each([
      ['answered', `INSERT INTO schedules.answers VALUES ($1, $2, '${ON}', 1)`],
      ['paused', 'UPDATE schedules.habits SET paused = true WHERE user_id = $1 AND habit_id = $2'],
      ['archived', 'UPDATE schedules.habits SET archived = true WHERE user_id = $1 AND habit_id = $2'],
      ['unscheduled', 'DELETE FROM schedules.reminders WHERE user_id = $1 AND habit_id = $2'],
    ])('%s', async (reason, change) => {
      const person = await system.person({ habits: 2 });
      await system.pool.query(change, [person.userId, person.due[0]?.habitId]);
      await system.sender();
      await system.remind(person);
      const ends = await system.ends(person.userId, 2);
      expect(ends).toMatchObject([
        { outcome: 'suppressed', reason, occurrences: [person.due[0]] },
        { outcome: 'delivered', occurrences: [person.due[1]] },
      ]);
      expect(await system.sends(person.chatId)).toHaveLength(1);
    });

    test('blocked', async () => {
      const person = await system.person();
      await system.pool.query('UPDATE schedules.accounts SET blocked = true WHERE user_id = $1', [
        person.userId,
      ]);
      await system.sender();
      await system.remind(person);
      expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'suppressed', reason: 'blocked' }]);
      expect(await system.sends(person.chatId)).toEqual([]);
    });

    test('unknownAccount', async () => {
      const person = await system.person({ account: false });
      await system.sender();
      await system.remind(person);
      expect(await system.ends(person.userId)).toMatchObject([
        { outcome: 'suppressed', reason: 'unknownAccount' },
      ]);
      expect(await system.sends(person.chatId)).toEqual([]);
    });

    test.each([
      ['stopped', 'UPDATE schedules.accounts SET stopped = true WHERE user_id = $1'],
      ['silent', 'UPDATE schedules.accounts SET asked = true WHERE user_id = $1'],
      [
        'vacation',
        `UPDATE schedules.accounts SET vacation_from = '${ON}', vacation_to = '${ON}' WHERE user_id = $1`,
      ],
      [
        'quietHours',
        // All day but for the minute twelve hours from now.
        `UPDATE schedules.accounts SET quiet_from = (d + 721) % 1440, quiet_to = (d + 720) % 1440
         FROM (SELECT (extract(epoch FROM now()) / 60)::bigint % 1440 AS d) AS now_is WHERE user_id = $1`,
      ],
    ])('%s', async (reason, change) => {
      const person = await system.person({ habits: 2 });
      await system.pool.query(change, [person.userId]);
      await system.sender();
      await system.remind(person);
      expect(await system.ends(person.userId, 2)).toMatchObject([
        { outcome: 'suppressed', reason },
        { outcome: 'suppressed', reason },
      ]);
      expect(await system.sends(person.chatId)).toEqual([]);
    });

    test('answered while the reminder waited for its slot', async () => {
      const person = await system.person();
      await pauseAll(700);
      await system.sender();
      await system.remind(person);
      await systemClock.sleep(300);
      await system.pool.query(`INSERT INTO schedules.answers VALUES ($1, $2, '${ON}', 1)`, [
        person.userId,
        person.due[0]?.habitId,
      ]);
      expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'suppressed', reason: 'answered' }]);
      expect(await system.sends(person.chatId)).toEqual([]);
    });
  });

  describe('a person silent for thirty days', () => {
    const SILENT = `UPDATE schedules.accounts SET last_active_at = now() - interval '30 days' WHERE user_id = $1`;
    const texts = async (chatId: number) =>
      (await system.sends(chatId)).map(({ parameters }) => String(parameters.text).split('\n')[0]);
    const question = '👋 It has been quiet for a month. Shall I go on reminding you?';

    test('is asked once whether to go on, though the answer of the log is not projected yet', async () => {
      const person = await system.person({ habits: 21 });
      await system.pool.query(SILENT, [person.userId]);
      await system.sender();
      await system.remind(person);
      expect(await system.ends(person.userId, 21)).toMatchObject([
        { outcome: 'asked', occurrences: person.due.slice(0, 20) },
        { outcome: 'suppressed', reason: 'silent', occurrences: [person.due[20]] },
      ]);
      const [one = person.due[0]] = person.due;
      const tomorrow = { ...person, due: one ? [{ ...one, on: '2026-11-26' }] : [] };
      await system.remind(tomorrow, { minute: thisMinute() + 1 });
      expect((await system.ends(person.userId, 22)).at(-1)).toMatchObject({
        outcome: 'suppressed',
        reason: 'silent',
        occurrences: tomorrow.due,
      });
      expect(await texts(person.chatId)).toEqual([question]);
    });

    test('is still asked, once, when Telegram says to wait', async () => {
      const person = await system.person();
      await system.pool.query(SILENT, [person.userId]);
      await system.telegram.fault({ method: 'sendMessage', chatId: person.chatId, retryAfter: 1, times: 1 });
      await system.sender();
      await system.remind(person);
      expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'asked' }]);
      expect((await texts(person.chatId)).at(-1)).toBe(question);
    });

    test('is reminded as ever once they gave a sign of life', async () => {
      const person = await system.person();
      await system.pool.query(SILENT, [person.userId]);
      await pauseAll(700);
      await system.sender();
      await system.remind(person);
      await systemClock.sleep(300);
      await system.pool.query('UPDATE schedules.accounts SET last_active_at = now() WHERE user_id = $1', [
        person.userId,
      ]);
      expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
    });
  });

  test('a snooze is another occurrence than the reminder at the same time, and both stand in one line', async () => {
    const person = await system.person();
    const [one] = person.due;
    if (!one) throw new Error('nothing due');
    const minute = thisMinute();
    await system.pool.query(
      `INSERT INTO schedules.snoozes VALUES ($1, $2, '${ON}', 480, $3, ${partitionOf(asUserId(person.userId))})`,
      [person.userId, one.habitId, minute],
    );
    await system.sender();
    const both = [one, { ...one, snoozed: true as const }];
    await system.remind({ ...person, due: both }, { minute });
    expect(await system.ends(person.userId, 2)).toMatchObject([{ outcome: 'delivered', occurrences: both }]);
    const [sent, ...more] = await system.sends(person.chatId);
    expect(more).toEqual([]);
    expect(String(sent?.parameters.text)).toMatch(/^⏰ Habit \w+$/);

    const replaced = { ...person, due: [{ ...one, snoozed: true as const }] };
    await system.remind(replaced, { minute: minute + 1 });
    expect((await system.ends(person.userId, 3)).at(-1)).toMatchObject({
      outcome: 'suppressed',
      reason: 'unscheduled',
      occurrences: replaced.due,
    });
    await system.pool.query('UPDATE schedules.snoozes SET due_minute = $2 WHERE user_id = $1', [
      person.userId,
      minute + 2,
    ]);
    await system.remind(replaced, { minute: minute + 2 });
    expect((await system.ends(person.userId, 4)).at(-1)).toMatchObject({
      outcome: 'delivered',
      occurrences: replaced.due,
    });
  });

  test('too late: expired, also when the deadline passes during the wait', async () => {
    const [late, waiting] = [await system.person(), await system.person()];
    await pauseAll(800);
    await system.sender();
    await system.remind(late, { expiresInMs: -1 });
    await system.remind(waiting, { expiresInMs: 400 });
    for (const person of [late, waiting]) {
      expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'expired' }]);
      expect(await system.sends(person.chatId)).toEqual([]);
    }
  });

  test('one occurrence at two minutes, as after a change of timezone, is sent once', async () => {
    const person = await system.person();
    await system.sender();
    const minute = thisMinute();
    await system.remind(person, { minute });
    await system.ends(person.userId, 1);
    await system.remind(person, { minute: minute + 60 });
    expect(await system.ends(person.userId, 2)).toMatchObject([
      { outcome: 'delivered', minute },
      { outcome: 'suppressed', reason: 'alreadyReminded', minute: minute + 60 },
    ]);
    expect(await system.sends(person.chatId)).toHaveLength(1);
  });

  test('one that was suppressed at the first minute may be sent at the second', async () => {
    const person = await system.person();
    const pause = 'UPDATE schedules.habits SET paused = $2 WHERE user_id = $1';
    await system.pool.query(pause, [person.userId, true]);
    await system.sender();
    const minute = thisMinute();
    await system.remind(person, { minute });
    await system.ends(person.userId, 1);
    await system.pool.query(pause, [person.userId, false]);
    await system.remind(person, { minute: minute + 60 });
    expect(await system.ends(person.userId, 2)).toMatchObject([
      { outcome: 'suppressed' },
      { outcome: 'delivered' },
    ]);
  });

  describe("Telegram's answers", () => {
    test('403 is failed, for good, and ends reminders', async () => {
      const person = await system.person();
      await (await system.telegram.person({ id: person.chatId, first_name: 'Person' })).block();
      await system.sender();
      await system.remind(person);
      const [end] = await system.ends(person.userId);
      expect(end).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/^403: Forbidden/) });
      expect(endsReminders(end)).toBe(true);
      expect(await system.sends(person.chatId)).toHaveLength(1);
    });

    test.each([
      ['Bad Request: chat not found', true],
      ["Bad Request: can't parse entities: character '_' is reserved", false],
    ])('400 is failed, for good: %s ends reminders: %s', async (error, ending) => {
      const person = await system.person();
      await system.telegram.fault({ chatId: person.chatId, status: 400, error });
      await system.sender();
      await system.remind(person);
      const [end] = await system.ends(person.userId);
      expect(end).toMatchObject({ outcome: 'failed', reason: `400: ${error}` });
      expect(endsReminders(end)).toBe(ending);
      expect(await system.sends(person.chatId)).toHaveLength(1);
    });

    test.each([
      ['the reply lost after it was sent', { dropReply: true }, true],
      ['the connection cut before it was sent', { dropBefore: true }, false],
      ['500', { status: 500 }, false],
    ])('%s is uncertain, and not sent again', async (_name, fault, arrived) => {
      const person = await system.person();
      await system.telegram.fault({ chatId: person.chatId, ...fault });
      await system.sender();
      await system.remind(person);
      expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'uncertain', reason: 'no answer' }]);
      const sends = await system.sends(person.chatId);
      expect(sends.map(({ applied }) => applied === true)).toEqual([arrived]);
    });

    test('an uncertain one is sent again as often as policy allows', async () => {
      const person = await system.person();
      await system.telegram.fault({ chatId: person.chatId, dropBefore: true, times: 2 });
      await system.sender({ uncertainResends: 2 });
      await system.remind(person);
      expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
      expect(await system.sends(person.chatId)).toHaveLength(3);
    });

    test('429 pauses, and the reminder is sent after it', async () => {
      const person = await system.person();
      await system.telegram.fault({ chatId: person.chatId, retryAfter: 1, times: 1 });
      await system.sender();
      await system.remind(person);
      expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
      const [refused, sent] = await system.sends(person.chatId);
      expect((sent?.monotonicMs ?? 0) - (refused?.monotonicMs ?? 0)).toBeGreaterThan(990);
    });

    test('429 stops the others at once, not when its own marker has been taken back', async () => {
      const [refused, ...others] = await system.crowd(12);
      await system.telegram.fault({ chatId: Number(refused?.userId), retryAfter: 1, times: 1 });
      const taken = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const begunMeanwhile: string[] = [];
      let answered = false;
      let meanwhile = false;
      await system.sender({ sendRate: 20, bulkRate: 20 }, async (step, { userId }) => {
        if (step === 'begun' && meanwhile) begunMeanwhile.push(userId);
        if (userId !== refused?.userId) return;
        if (step === 'answered') answered = true;
        // A missed slot is taken back too, before.
        if (step !== 'withdrawn' || !answered) return;
        meanwhile = true;
        taken.resolve();
        await goOn.promise;
        meanwhile = false;
      });
      for (const person of [refused, ...others]) if (person) await system.remind(person);
      await taken.promise;
      // Eight slots pass.
      await systemClock.sleep(400);
      goOn.resolve();
      await eventually(async () => expect(await system.countEnds([...others])).toBe(others.length));
      expect(begunMeanwhile).toEqual([]);
    });

    test('Telegram out of reach is waited for, and nothing is left that could make it uncertain', async () => {
      await system.redeliverAfter(300);
      const person = await system.person();
      const died = system.senderDyingAt('withdrawn', { telegramApiRoot: 'http://127.0.0.1:1' });
      await system.remind(person);
      await died;
      await system.sender();
      expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
      expect(await system.sends(person.chatId)).toHaveLength(1);
    });

    test('a crash during the silence after a 429 leaves it to be sent', async () => {
      await system.redeliverAfter(300);
      const person = await system.person();
      await system.telegram.fault({ chatId: person.chatId, retryAfter: 1, times: 1 });
      const died = system.senderDyingAt('withdrawn');
      await system.remind(person);
      await died;
      await system.sender();
      expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
    });
  });

  describe('a crash', () => {
    test.each([
      { step: 'received', outcome: 'delivered', sends: 1 },
      { step: 'checked', outcome: 'delivered', sends: 1 },
      { step: 'claimed', outcome: 'uncertain', sends: 0 },
      { step: 'begun', outcome: 'uncertain', sends: 0 },
      { step: 'answered', outcome: 'uncertain', sends: 1 },
      { step: 'settled', outcome: 'delivered', sends: 1 },
      { step: 'published', outcome: 'delivered', sends: 1 },
    ] as const)('after $step: $outcome, sent $sends times', async ({ step, outcome, sends }) => {
      await system.redeliverAfter(300);
      const person = await system.person({ habits: 2 });
      const died = system.senderDyingAt(step);
      await system.remind(person);
      await died;
      await system.sender();
      const ends = await system.ends(person.userId, 2);
      expect(ends.flatMap(({ occurrences }) => occurrences)).toEqual(person.due);
      expect(new Set(ends.map((end) => end.outcome))).toEqual(new Set([outcome]));
      expect(await system.sends(person.chatId)).toHaveLength(sends);
    });

    test.each([0, 1])(
      'before the markers had both their end, %i resends: the message they share counts for both',
      async (uncertainResends) => {
        await system.redeliverAfter(300);
        const person = await system.person({ habits: 2 });
        const died = system.senderDyingAt('settled');
        await system.remind(person);
        await died;
        const [first, second] = person.due;
        if (!first || !second) throw new Error('two habits were asked for');
        await system.unsettle(person.userId, second);
        await system.sender({ uncertainResends });
        expect(await system.ends(person.userId, 2)).toMatchObject([
          { outcome: 'delivered', occurrences: [first, second] },
        ]);
        expect(await system.sends(person.chatId)).toHaveLength(1);
      },
    );
  });

  test('stopping gives back at once what waits', async () => {
    const person = await system.person();
    await pauseAll(1_000);
    const received = Promise.withResolvers<void>();
    const first = await system.sender({}, () => received.resolve());
    await system.remind(person);
    await received.promise;
    await first.stop();
    await system.sender();
    expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
  });

  test('two senders share a backlog and send nothing twice', async () => {
    const people = await system.crowd(200);
    await Promise.all(
      people.map((person, i) => system.remind(person, { tier: i % 2 ? 'engaged' : 'dormant' })),
    );
    const begun: number[] = [];
    const note = (step: SendStep) => {
      if (step === 'begun') begun.push(performance.now());
    };
    await Promise.all([system.sender({}, note), system.sender({}, note)]);
    await eventually(async () => {
      expect(await system.countEnds(people)).toBe(200);
    });
    const chats = (await system.telegram.requests({ method: 'sendMessage' })).map(({ chatId }) => chatId);
    expect(new Set(chats)).toEqual(new Set(people.map(({ userId }) => Number(userId))));
    expect(chats).toHaveLength(200);
    // As they left here; what a busy simulator sees later says nothing of the budget.
    expect(mostInASecond(begun)).toBeLessThanOrEqual(516);
  });

  test('better tiers go first, however long the others have waited', async () => {
    const people = await system.crowd(40);
    const [dormant, engaged] = [people.slice(0, 30), people.slice(30)];
    const better = new Set(engaged.map(({ userId }) => userId));
    const begun: string[] = [];
    const [first, received, all] = [undefined, undefined, undefined].map(() => Promise.withResolvers<void>());
    let waiting = 0;
    await Promise.all(dormant.map((person) => system.remind(person, { tier: 'dormant' })));
    await system.sender({ sendRate: 20, bulkRate: 20 }, (step, { userId }) => {
      if (step === 'received' && better.has(userId) && ++waiting === better.size) received?.resolve();
      if (step !== 'begun') return;
      begun.push(userId);
      first?.resolve();
      if (begun.length === people.length) all?.resolve();
    });
    await first?.promise;
    await Promise.all(engaged.map((person) => system.remind(person, { tier: 'engaged' })));
    await received?.promise;
    const before = begun.length;
    await all?.promise;
    const last = Math.max(...engaged.map(({ userId }) => begun.indexOf(userId)));
    // Slots of half a second had been booked.
    expect(last).toBeLessThan(before + better.size + 12);
    expect(last).toBeLessThan(people.length - 1);
  });

  test.each([
    { step: 'checked', outcome: 'delivered', sends: 1 },
    // Its slot is mostly gone by then.
    { step: 'claimed', outcome: 'uncertain', sends: 0 },
    { step: 'begun', outcome: 'uncertain', sends: 1 },
    { step: 'answered', outcome: 'uncertain', sends: 1 },
    { step: 'settled', outcome: 'delivered', sends: 1 },
  ] as const)(
    'one that is in hand twice, the second while the first is held at $step, is sent once and ends once',
    async ({ step, outcome, sends }) => {
      const person = await system.person();
      const reached = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const done = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const ended: string[] = [];
      let held = false;
      await system.sender({}, async (at) => {
        if (at === 'published') done[ended.push(at) - 1]?.resolve();
        if (at !== step || held) return;
        held = true;
        reached.resolve();
        await goOn.promise;
      });
      await system.remind(person);
      await reached.promise;
      await system.forgetBudget();
      // As two replays of a letter, or another delivery after ack_wait.
      await system.remind(person);
      await done[0]?.promise;
      goOn.resolve();
      await done[1]?.promise;
      expect(await system.ends(person.userId)).toMatchObject([{ outcome }]);
      expect(await system.ends(person.userId)).toHaveLength(1);
      const { length } = await system.sends(person.chatId);
      expect(length).toBeLessThanOrEqual(1);
      expect(length).toBeGreaterThanOrEqual(sends);
    },
  );

  test('poison is parked and others pass', async () => {
    const person = await system.person();
    await system.sender();
    await system.poison();
    await system.remind(person);
    expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
    const manager = await jetstreamManager(system.nats);
    await eventually(async () => {
      expect((await manager.streams.info('DEAD')).state.messages).toBe(1);
    });
  });

  test('Postgres away: the reminder waits in the process, and is sent when it is back', async () => {
    const person = await system.person();
    await system.renameAccounts('accounts', 'accounts_away');
    await system.sender();
    await system.remind(person);
    await systemClock.sleep(500);
    expect(await system.sends(person.chatId)).toEqual([]);
    await system.renameAccounts('accounts_away', 'accounts');
    expect(await system.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
  });
});
