import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { ON, type SenderFixture, startSenderFixture, thisMinute } from './fixture.ts';
import { pauseFleet } from './people.ts';

const _log = createLog('test', 'silent');

describe('the sender checks again', () => {
  let fixture: SenderFixture;

  beforeAll(async () => {
    fixture = await startSenderFixture();
  });
  afterEach(() => fixture.settle());
  afterAll(() => fixture?.stop());

  describe('what is no longer wanted is not sent, and told why', () => {
    test.each([
      ['answered', `INSERT INTO schedules.answers VALUES ($1, $2, '${ON}', 1)`],
      ['paused', 'UPDATE schedules.habits SET paused = true WHERE user_id = $1 AND habit_id = $2'],
      ['archived', 'UPDATE schedules.habits SET archived = true WHERE user_id = $1 AND habit_id = $2'],
      ['unscheduled', 'DELETE FROM schedules.reminders WHERE user_id = $1 AND habit_id = $2'],
    ])('%s', async (reason, change) => {
      const person = await fixture.person({ habits: 2 });
      await fixture.pool.query(change, [person.userId, person.due[0]?.habitId]);
      await fixture.sender();
      await fixture.remind(person);
      const ends = await fixture.ends(person.userId, 2);
      expect(ends).toMatchObject([
        { outcome: 'suppressed', reason, occurrences: [person.due[0]] },
        { outcome: 'delivered', occurrences: [person.due[1]] },
      ]);
      expect(await fixture.sends(person.chatId)).toHaveLength(1);
    });

    test('blocked', async () => {
      const person = await fixture.person();
      await fixture.pool.query('UPDATE schedules.accounts SET blocked = true WHERE user_id = $1', [
        person.userId,
      ]);
      await fixture.sender();
      await fixture.remind(person);
      expect(await fixture.ends(person.userId)).toMatchObject([{ outcome: 'suppressed', reason: 'blocked' }]);
      expect(await fixture.sends(person.chatId)).toEqual([]);
    });

    test('unknownAccount', async () => {
      const person = await fixture.person({ account: false });
      await fixture.sender();
      await fixture.remind(person);
      expect(await fixture.ends(person.userId)).toMatchObject([
        { outcome: 'suppressed', reason: 'unknownAccount' },
      ]);
      expect(await fixture.sends(person.chatId)).toEqual([]);
    });

    test.each([
      ['stopped', 'UPDATE schedules.accounts SET stopped = true WHERE user_id = $1'],
      ['silent', 'UPDATE schedules.accounts SET asked = true WHERE user_id = $1'],
      ['vacation', `UPDATE schedules.accounts SET vacations = '{[${ON},${ON}]}' WHERE user_id = $1`],
      [
        'quietHours',
        // All day but for the minute twelve hours from now.
        `UPDATE schedules.accounts SET quiet_from = (d + 721) % 1440, quiet_to = (d + 720) % 1440
         FROM (SELECT (extract(epoch FROM now()) / 60)::bigint % 1440 AS d) AS now_is WHERE user_id = $1`,
      ],
    ])('%s', async (reason, change) => {
      const person = await fixture.person({ habits: 2 });
      await fixture.pool.query(change, [person.userId]);
      await fixture.sender();
      await fixture.remind(person);
      expect(await fixture.ends(person.userId, 2)).toMatchObject([
        { outcome: 'suppressed', reason },
        { outcome: 'suppressed', reason },
      ]);
      expect(await fixture.sends(person.chatId)).toEqual([]);
    });

    test('answered while the reminder waited for its slot', async () => {
      const person = await fixture.person();
      await pauseFleet(fixture.nats, 700);
      await fixture.sender();
      await fixture.remind(person);
      await systemClock.sleep(300);
      await fixture.pool.query(`INSERT INTO schedules.answers VALUES ($1, $2, '${ON}', 1)`, [
        person.userId,
        person.due[0]?.habitId,
      ]);
      expect(await fixture.ends(person.userId)).toMatchObject([
        { outcome: 'suppressed', reason: 'answered' },
      ]);
      expect(await fixture.sends(person.chatId)).toEqual([]);
    });
  });

  describe('a person silent for thirty days', () => {
    const SILENT = `UPDATE schedules.accounts SET last_active_at = now() - interval '30 days' WHERE user_id = $1`;
    const texts = async (chatId: number) =>
      (await fixture.sends(chatId)).map(({ parameters }) => String(parameters.text).split('\n')[0]);
    const question = translator('en')('ask-continue').split('\n')[0];

    test('is asked once whether to go on, though the answer of the log is not projected yet', async () => {
      const person = await fixture.person({ habits: 21 });
      await fixture.pool.query(SILENT, [person.userId]);
      await fixture.sender();
      await fixture.remind(person);
      expect(await fixture.ends(person.userId, 21)).toMatchObject([
        { outcome: 'asked', occurrences: person.due.slice(0, 20) },
        { outcome: 'suppressed', reason: 'silent', occurrences: [person.due[20]] },
      ]);
      const [one = person.due[0]] = person.due;
      const tomorrow = { ...person, due: one ? [{ ...one, on: '2026-11-26' }] : [] };
      await fixture.remind(tomorrow, { minute: thisMinute() + 1 });
      expect((await fixture.ends(person.userId, 22)).at(-1)).toMatchObject({
        outcome: 'suppressed',
        reason: 'silent',
        occurrences: tomorrow.due,
      });
      expect(await texts(person.chatId)).toEqual([question]);
    });

    test('is still asked, once, when Telegram says to wait', async () => {
      const person = await fixture.person();
      await fixture.pool.query(SILENT, [person.userId]);
      await fixture.telegram.fault({ method: 'sendMessage', chatId: person.chatId, retryAfter: 1, times: 1 });
      await fixture.sender();
      await fixture.remind(person);
      expect(await fixture.ends(person.userId)).toMatchObject([{ outcome: 'asked' }]);
      expect((await texts(person.chatId)).at(-1)).toBe(question);
    });

    test('is reminded as ever once they gave a sign of life', async () => {
      const person = await fixture.person();
      await fixture.pool.query(SILENT, [person.userId]);
      await pauseFleet(fixture.nats, 700);
      await fixture.sender();
      await fixture.remind(person);
      await systemClock.sleep(300);
      await fixture.pool.query('UPDATE schedules.accounts SET last_active_at = now() WHERE user_id = $1', [
        person.userId,
      ]);
      expect(await fixture.ends(person.userId)).toMatchObject([{ outcome: 'delivered' }]);
    });
  });
});
