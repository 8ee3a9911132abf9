import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DIGEST } from '#contracts/ids.ts';
import { digestCard, weekBefore } from '#services/sender/reminders/digest-card.ts';
import { type SenderFixture, startSenderFixture } from '../fixture.ts';

/** A Sunday. */
const ON = '2026-11-29';
const OCCURRENCE = { habitId: DIGEST, on: ON, at: '18:00' };

describe('a digest', () => {
  test('is of the calendar week that was over last', () => {
    expect(weekBefore('2026-11-29')).toEqual({ from: '2026-11-23', to: '2026-11-29' });
    expect(weekBefore('2026-11-30')).toEqual({ from: '2026-11-23', to: '2026-11-29' });
    expect(weekBefore('2026-12-05')).toEqual({ from: '2026-11-23', to: '2026-11-29' });
  });

  test('says the week in figures, in both languages', () => {
    const week = { from: '2026-11-23', to: '2026-11-29' };
    const habits = [
      { name: '<b>Read</b>', goal: { kind: 'yesNo' }, done: 5, total: 0 },
      {
        name: 'Run',
        goal: { kind: 'numeric', direction: 'atLeast', target: 5, unit: 'km' },
        done: 1,
        total: 21.5,
      },
    ] as const;
    const card = digestCard('en', week, habits);
    expect(card.text.replaceAll('\u2009', ' ')).toBe(
      '📬 Your week, Nov 23 – 29\n\n<b>Read</b> · 5 days\nRun · 1 day · 21.5 km\n\nChange the time or turn it off: /digest',
    );
    expect(card.reply_markup?.inline_keyboard.flat()).toEqual([
      { text: '📊 Statistics', callback_data: 'weekStats:2026-11-23' },
    ]);
    expect(digestCard('ru', week, habits).text).toBe(
      '📬 Итоги недели, 23–29 нояб.\n\n<b>Read</b> · 5 дней\nRun · 1 день · 21,5 km\n\nИзменить время или отключить: /digest',
    );
    expect(digestCard('en', week, []).text).toContain('Nothing was recorded this week');
    const many = Array.from({ length: 50 }, () => ({ ...habits[0], name: 'Щ'.repeat(64) }));
    expect(digestCard('ru', week, many).text).toContain('…и ещё 20');
    expect(digestCard('ru', week, many).text.length).toBeLessThan(4096);
  });
});

describe('the sender', () => {
  let fixture: SenderFixture;
  beforeAll(async () => {
    fixture = await startSenderFixture();
  });
  afterEach(() => fixture.settle());
  afterAll(() => fixture?.stop());

  /** A person with a habit done once in the week, and a digest on Sundays. */
  async function personWithDigest() {
    const person = await fixture.person();
    const { userId } = person;
    const habitId = person.due[0]?.habitId;
    await fixture.pool.query(
      `INSERT INTO schedules.habits (user_id, habit_id, name, goal, frequency, paused, archived)
       VALUES ($1, $2, 'digest', '{"kind":"yesNo"}', '{"kind":"daily"}', false, false)`,
      [userId, DIGEST],
    );
    await fixture.pool.query(
      `INSERT INTO schedules.reminders (user_id, habit_id, local_minute, weekdays, partition, timezone, active)
       SELECT user_id, $2, 1080, 64, partition, timezone, true FROM schedules.accounts WHERE user_id = $1`,
      [userId, DIGEST],
    );
    await fixture.pool.query('INSERT INTO schedules.answers VALUES ($1, $2, $3, 1)', [
      userId,
      habitId,
      '2026-11-24',
    ]);
    return person;
  }

  test('sends it as a message of its own beside a reminder of the same minute, each once', async () => {
    const person = await personWithDigest();
    await fixture.sender();
    await fixture.remind({ ...person, due: [OCCURRENCE, ...person.due] });
    expect(await fixture.ends(person.userId, 2)).toMatchObject([
      { outcome: 'delivered', occurrences: person.due },
      { outcome: 'delivered', occurrences: [OCCURRENCE] },
    ]);
    const texts = (await fixture.sends(person.chatId)).map(({ parameters }) => String(parameters.text));
    expect(texts).toHaveLength(2);
    expect(texts[0]).toMatch(/^⏰ Habit/);
    expect(texts[1]).toMatch(/^📬 Your week, Nov 23/);
    expect(texts[1]).toContain(' · 1 day\n');
    expect(texts[1]).not.toContain('digest\n');
  });

  test('leaves it out when it was switched off or moved meanwhile, and while the person is away', async () => {
    const person = await personWithDigest();
    const away = await personWithDigest();
    await fixture.pool.query('DELETE FROM schedules.reminders WHERE user_id = $1 AND habit_id = $2', [
      person.userId,
      DIGEST,
    ]);
    await fixture.pool.query(
      'UPDATE schedules.accounts SET vacations = datemultirange(daterange($2::date, $2::date + 1)) WHERE user_id = $1',
      [away.userId, ON],
    );
    await fixture.sender();
    for (const { userId } of [person, away])
      await fixture.remind({ userId, due: [OCCURRENCE] }, { tier: 'dormant' });
    expect(await fixture.ends(person.userId)).toMatchObject([
      { outcome: 'suppressed', reason: 'unscheduled' },
    ]);
    expect(await fixture.ends(away.userId)).toMatchObject([{ outcome: 'suppressed', reason: 'vacation' }]);
    expect([...(await fixture.sends(person.chatId)), ...(await fixture.sends(away.chatId))]).toEqual([]);
  });

  test.each([
    ['checked', 1, 'delivered'],
    ['claimed', 0, 'uncertain'],
    ['answered', 1, 'uncertain'],
    ['settled', 1, 'delivered'],
  ] as const)(
    'that dies when it has %s a digest leaves it to another one, which sends it at most once',
    async (step, sends, outcome) => {
      await fixture.redeliverAfter(300);
      const person = await personWithDigest();
      await fixture.remind({ ...person, due: [OCCURRENCE] }, { tier: 'dormant' });
      await fixture.senderDyingAt(step);
      await fixture.sender();
      expect(await fixture.ends(person.userId)).toMatchObject([{ outcome, occurrences: [OCCURRENCE] }]);
      expect(await fixture.sends(person.chatId)).toHaveLength(sends);
    },
  );
});
