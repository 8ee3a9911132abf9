import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DeadLetter, type ReminderDue } from '#contracts/messages.ts';
import { deadSubject, reminderSubject } from '#contracts/subjects.ts';
import { eventually } from '#test/support/eventually.ts';
import { ON, type SenderFixture, startSenderFixture } from './fixture.ts';

const GOOD = 23;

let fixture: SenderFixture;
beforeAll(async () => {
  fixture = await startSenderFixture();
});
afterEach(() => fixture.settle());
afterAll(() => fixture?.stop());

type Change = (due: ReminderDue) => object | Promise<object>;

/** Reminders that are right but for something that Postgres has no place for, or fails at. */
const REFUSED: { what: string; change: Change }[] = [
  {
    what: 'a date of the year 0',
    change: ({ due }) => ({ due: due.map((each) => ({ ...each, on: '0000-01-01' })) }),
  },
  {
    what: 'a minute beyond an integer',
    change: ({ due }) => ({ minute: 2 ** 31, due: due.map((each) => ({ ...each, snoozed: true })) }),
  },
  { what: 'an instant of the year 0', change: () => ({ expiresAt: '0000-01-01T00:00:00Z' }) },
  { what: 'stored rows that cannot be computed with', change: spoilAnswers },
];

/** No schema lets a value through that Postgres refuses, so here its own rows fail: a division by zero. */
async function spoilAnswers({ userId, due }: ReminderDue): Promise<object> {
  const rows = due.map(({ habitId }) => `(${userId}, '${habitId}', '${ON}')`);
  await fixture.pool.query(`
    INSERT INTO schedules.answers (user_id, habit_id, on_date) VALUES ${rows};
    ALTER VIEW schedules.answers RENAME TO right_answers;
    CREATE VIEW schedules.answers AS SELECT * FROM schedules.right_answers
    WHERE 1 / CASE WHEN user_id = ${userId} THEN 0 ELSE 1 END = 1`);
  return {};
}

async function deadLetters(): Promise<DeadLetter[]> {
  const { streams } = await jetstreamManager(fixture.nats);
  const last = await streams.getMessage('DEAD', { last_by_subj: deadSubject('sender-engaged') });
  return last ? [DeadLetter.parse(last.json())] : [];
}

describe('a reminder that Postgres refuses', () => {
  test.each(REFUSED)(
    '$what, among 24: 23 are delivered, one is dead-lettered at once',
    async ({ change }) => {
      const good = await fixture.crowd(GOOD);
      const [bad] = await fixture.crowd(1);
      const reminders = await Promise.all(good.map((person) => fixture.remind(person)));
      const [one] = reminders;
      if (!bad || !one) throw new Error('nothing due');
      const due: ReminderDue = { ...one, userId: bad.userId, due: bad.due };
      const subject = reminderSubject('engaged', bad.userId, one.minute);
      const body = { ...due, ...(await change(due)) };
      await jetstream(fixture.nats).publish(subject, JSON.stringify(body));
      await fixture.sender();
      for (const { userId } of good)
        expect((await fixture.ends(userId)).map(({ outcome }) => outcome)).toEqual(['delivered']);
      const [letter] = await eventually(async () => {
        const found = await deadLetters();
        expect(found[0]?.subject).toBe(subject);
        return found;
      });
      expect(letter?.deliveries).toBe(1);
      expect(await fixture.countEnds([bad])).toBe(0);
    },
  );
});
