import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery } from '#contracts/messages.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { isChatRefused, refusalIn } from '#services/platform/telegram/refusals.ts';
import { eventually } from '#test/support/eventually.ts';
import { ON, type SenderFixture, startSenderFixture } from './fixture.ts';

const _log = createLog('test', 'silent');

/** As the bot takes it, which records a block. */
const endsReminders = (end: Delivery | undefined): boolean => {
  const refusal = refusalIn(end?.reason ?? '');
  return refusal !== undefined && isChatRefused(refusal);
};

describe('the sender', () => {
  let fixture: SenderFixture;

  beforeAll(async () => {
    fixture = await startSenderFixture();
  });
  afterEach(() => fixture.settle());
  afterAll(() => fixture?.stop());

  describe("Telegram's answers", () => {
    test('403 is failed, for good, and ends reminders', async () => {
      const person = await fixture.person();
      await (await fixture.telegram.person({ id: person.chatId, first_name: 'Person' })).block();
      await fixture.sender();
      await fixture.remind(person);
      const [end] = await fixture.ends(person.userId);
      expect(end).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/^403: Forbidden/) });
      expect(endsReminders(end)).toBe(true);
      expect(await fixture.sends(person.chatId)).toHaveLength(1);
    });

    test.each([
      ['Bad Request: chat not found', true],
      ["Bad Request: can't parse entities: character '_' is reserved", false],
    ])('400 is failed, for good: %s ends reminders: %s', async (error, ending) => {
      const person = await fixture.person();
      await fixture.telegram.fault({ chatId: person.chatId, status: 400, error });
      await fixture.sender();
      await fixture.remind(person);
      const [end] = await fixture.ends(person.userId);
      expect(end).toMatchObject({ outcome: 'failed', reason: `400: ${error}` });
      expect(endsReminders(end)).toBe(ending);
      expect(await fixture.sends(person.chatId)).toHaveLength(1);
    });

    test.each([
      ['the reply lost after it was sent', { dropReply: true }, true],
      ['the connection cut before it was sent', { dropBefore: true }, false],
      ['500', { status: 500 }, false],
    ])('%s is uncertain, and not sent again', async (_name, fault, arrived) => {
      const person = await fixture.person();
      await fixture.telegram.fault({ chatId: person.chatId, ...fault });
      await fixture.sender();
      await fixture.remind(person);
      expect(await fixture.ends(person.userId)).toMatchObject([
        { outcome: 'uncertain', reason: 'no answer' },
      ]);
      const sends = await fixture.sends(person.chatId);
      expect(sends.map(({ applied }) => applied === true)).toEqual([arrived]);
    });

    test('an uncertain one is sent again as often as policy allows', async () => {
      const person = await fixture.person();
      await fixture.telegram.fault({ chatId: person.chatId, dropBefore: true, times: 2 });
      await fixture.sender({ uncertainResends: 2 });
      await fixture.remind(person);
      expect(await fixture.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
      expect(await fixture.sends(person.chatId)).toHaveLength(3);
    });

    test('429 pauses, and the reminder is sent after it', async () => {
      const person = await fixture.person();
      await fixture.telegram.fault({ chatId: person.chatId, retryAfter: 1, times: 1 });
      await fixture.sender();
      await fixture.remind(person);
      expect(await fixture.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
      const [refused, sent] = await fixture.sends(person.chatId);
      expect((sent?.monotonicMs ?? 0) - (refused?.monotonicMs ?? 0)).toBeGreaterThan(990);
    });

    test('429 stops the others at once, not when its own send record has been withdrawn', async () => {
      const [refused, ...others] = await fixture.crowd(12);
      await fixture.telegram.fault({ chatId: Number(refused?.userId), retryAfter: 1, times: 1 });
      const taken = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const begunMeanwhile: string[] = [];
      let answered = false;
      let meanwhile = false;
      await fixture.sender({ sendRate: 20, bulkRate: 20 }, async (step, { userId }) => {
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
      for (const person of [refused, ...others]) if (person) await fixture.remind(person);
      await taken.promise;
      // Eight slots pass.
      await systemClock.sleep(400);
      goOn.resolve();
      await eventually(async () => expect(await fixture.countEnds([...others])).toBe(others.length));
      expect(begunMeanwhile).toEqual([]);
    });

    test('Telegram out of reach is waited for, and nothing is left that could make it uncertain', async () => {
      await fixture.redeliverAfter(300);
      const person = await fixture.person();
      const died = fixture.senderDyingAt('withdrawn', { telegramApiRoot: 'http://127.0.0.1:1' });
      await fixture.remind(person);
      await died;
      await fixture.sender();
      expect(await fixture.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
      expect(await fixture.sends(person.chatId)).toHaveLength(1);
    });

    test('a crash during the silence after a 429 leaves it to be sent', async () => {
      await fixture.redeliverAfter(300);
      const person = await fixture.person();
      await fixture.telegram.fault({ chatId: person.chatId, retryAfter: 1, times: 1 });
      const died = fixture.senderDyingAt('withdrawn');
      await fixture.remind(person);
      await died;
      await fixture.sender();
      expect(await fixture.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
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
      await fixture.redeliverAfter(300);
      const person = await fixture.person({ habits: 2 });
      const died = fixture.senderDyingAt(step);
      await fixture.remind(person);
      await died;
      await fixture.sender();
      const ends = await fixture.ends(person.userId, 2);
      expect(ends.flatMap(({ occurrences }) => occurrences)).toEqual(person.due);
      expect(new Set(ends.map((end) => end.outcome))).toEqual(new Set([outcome]));
      expect(await fixture.sends(person.chatId)).toHaveLength(sends);
    });

    test.each([0, 1])(
      'before the markers had both their end, %i resends: the message they share counts for both',
      async (uncertainResends) => {
        await fixture.redeliverAfter(300);
        const person = await fixture.person({ habits: 2 });
        const died = fixture.senderDyingAt('settled');
        await fixture.remind(person);
        await died;
        const [first, second] = person.due;
        if (!first || !second) throw new Error('two habits were asked for');
        await fixture.unsettle(person.userId, second);
        await fixture.sender({ uncertainResends });
        expect(await fixture.ends(person.userId, 2)).toMatchObject([
          { outcome: 'delivered', occurrences: [first, second] },
        ]);
        expect(await fixture.sends(person.chatId)).toHaveLength(1);
      },
    );

    test.each(['first', 'second'] as const)(
      'before the records had both their end, and the %s habit is answered since: the same',
      async (answered) => {
        await fixture.redeliverAfter(300);
        const person = await fixture.person({ habits: 2 });
        const died = fixture.senderDyingAt('settled');
        await fixture.remind(person);
        await died;
        const [first, second] = person.due;
        if (!first || !second) throw new Error('two habits were asked for');
        await fixture.unsettle(person.userId, answered === 'first' ? first : second);
        await fixture.pool.query(
          'INSERT INTO schedules.answers (user_id, habit_id, on_date) VALUES ($1, $2, $3)',
          [person.userId, (answered === 'first' ? first : second).habitId, ON],
        );
        await fixture.sender({ uncertainResends: 1 });
        expect(await fixture.ends(person.userId, 2)).toMatchObject([
          { outcome: 'delivered', occurrences: [first, second] },
        ]);
        expect(await fixture.sends(person.chatId)).toHaveLength(1);
      },
    );
  });
});
