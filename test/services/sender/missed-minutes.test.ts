import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Occurrence } from '#contracts/messages.ts';
import { ON, type SenderFixture, startSenderFixture, thisMinute } from './fixture.ts';

/** A person of two habits; each came due at a minute of its own while nothing was sent. */
describe('minutes of one person that were missed', () => {
  let fixture: SenderFixture;

  beforeAll(async () => {
    fixture = await startSenderFixture();
  });
  afterEach(() => fixture.settle());
  afterAll(() => fixture?.stop());

  async function missed() {
    const person = await fixture.person({ habits: 2 });
    const [one, other] = person.due;
    if (!one || !other) throw new Error('two habits were asked for');
    const earlier = { ...person, due: [one], minute: thisMinute() };
    const later = { ...person, due: [other], minute: thisMinute() + 1 };
    const remind = ({ minute, ...each }: typeof earlier) => fixture.remind(each, { minute });
    return { person, earlier, later, remind };
  }

  test('they come as one message, whose buttons are of both, and each has its outcome', async () => {
    const { person, earlier, later, remind } = await missed();
    await remind(earlier);
    await remind(later);
    await fixture.sender();
    const ends = await fixture.ends(person.userId, 2);
    const [send, ...more] = await fixture.sends(person.chatId);
    expect(more).toEqual([]);
    const end = { outcome: 'delivered', telegramMessageId: send?.messageId };
    expect(ends.toSorted((a, b) => a.minute - b.minute)).toMatchObject([
      { ...end, minute: earlier.minute, occurrences: earlier.due },
      { ...end, minute: later.minute, occurrences: later.due },
    ]);
    const buttons = JSON.stringify(send?.parameters.reply_markup);
    for (const { habitId } of person.due) expect(buttons).toContain(habitId);
    for (const { due, minute } of [earlier, later])
      expect(await fixture.record(person.userId, due[0] as Occurrence)).toMatchObject({ minute, tries: 1 });
  });

  test('those that the shards queue while the first is in hand go with it', async () => {
    const { person, earlier, later } = await missed();
    const minute = thisMinute() - 5;
    await fixture.sender({}, async (step, due) => {
      if (step === 'received' && due.minute === minute) await fixture.remind(later, { minute: minute + 2 });
    });
    await fixture.remind(earlier, { minute });
    expect(await fixture.ends(person.userId, 2)).toMatchObject([
      { outcome: 'delivered' },
      { outcome: 'delivered' },
    ]);
    expect(await fixture.sends(person.chatId)).toHaveLength(1);
  });

  test('several minutes of one habit stand in it once', async () => {
    const person = await fixture.person();
    const [one] = person.due;
    if (!one) throw new Error('a habit was asked for');
    await fixture.pool.query(
      `INSERT INTO schedules.reminders (user_id, habit_id, local_minute, weekdays, partition, timezone, active)
       SELECT user_id, habit_id, local_minute + 2, weekdays, partition, timezone, active
       FROM schedules.reminders WHERE user_id = $1`,
      [person.userId],
    );
    await fixture.remind(person, { minute: thisMinute() });
    await fixture.remind({ ...person, due: [{ ...one, at: '08:02' }] }, { minute: thisMinute() + 1 });
    await fixture.sender();
    const ends = await fixture.ends(person.userId, 2);
    expect(ends.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered']);
    const [send, ...more] = await fixture.sends(person.chatId);
    expect(more).toEqual([]);
    expect(String(send?.parameters.text).split(`Habit ${one.habitId}`)).toHaveLength(2);
  });

  test('what was answered meanwhile is not in it, and what has expired neither', async () => {
    const { person, earlier, later } = await missed();
    const extra = await fixture.person();
    const third = { ...extra, userId: person.userId, chatId: person.chatId };
    await fixture.pool.query(
      `INSERT INTO schedules.answers (user_id, habit_id, on_date) VALUES ($1, $2, $3)`,
      [person.userId, earlier.due[0]?.habitId, ON],
    );
    await fixture.remind(earlier, { minute: earlier.minute });
    await fixture.remind(later, { minute: later.minute });
    await fixture.remind(third, { minute: later.minute + 1, expiresInMs: -1 });
    await fixture.sender();
    const ends = await fixture.ends(person.userId, 3);
    expect(ends.map(({ outcome }) => outcome).toSorted()).toEqual(['delivered', 'expired', 'suppressed']);
    expect(await fixture.sends(person.chatId)).toHaveLength(1);
  });

  test.each([
    [
      '403 is the outcome of both',
      { status: 403, error: 'Forbidden: bot was blocked by the user' },
      0,
      'failed',
      1,
    ],
    ['no answer makes both uncertain', { dropReply: true }, 0, 'uncertain', 1],
    [
      'no answer, and policy allows a resend: both are sent again together',
      { dropBefore: true },
      1,
      'delivered',
      2,
    ],
    ['429 holds both back, and they are sent together after it', { retryAfter: 1 }, 0, 'delivered', 2],
  ] as const)('%s', async (_name, fault, uncertainResends, outcome, sends) => {
    const { person, earlier, later, remind } = await missed();
    await fixture.telegram.fault({ chatId: person.chatId, times: 1, ...fault });
    await remind(earlier);
    await remind(later);
    await fixture.sender({ uncertainResends });
    const ends = await fixture.ends(person.userId, 2);
    expect(ends.map((end) => end.outcome)).toEqual([outcome, outcome]);
    expect(await fixture.sends(person.chatId)).toHaveLength(sends);
  });

  test.each([
    { step: 'checked', outcome: 'delivered', sends: 1 },
    { step: 'claimed', outcome: 'uncertain', sends: 0 },
    { step: 'begun', outcome: 'uncertain', sends: 0 },
    { step: 'answered', outcome: 'uncertain', sends: 1 },
    { step: 'settled', outcome: 'delivered', sends: 1 },
    { step: 'published', outcome: 'delivered', sends: 1 },
  ] as const)('a crash after $step: both $outcome, sent $sends times', async ({ step, outcome, sends }) => {
    await fixture.redeliverAfter(300);
    const { person, earlier, later, remind } = await missed();
    const died = fixture.senderDyingAt(step);
    await remind(earlier);
    await remind(later);
    await died;
    await fixture.sender();
    const ends = await fixture.ends(person.userId, 2);
    expect(ends.map((end) => end.outcome)).toEqual([outcome, outcome]);
    expect(await fixture.sends(person.chatId)).toHaveLength(sends);
  });
});
