import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DomainEvent } from '#contracts/events.ts';
import type { DateRange } from '#contracts/time.ts';
import { inTransaction, useSchema } from '#projections/engine/checkpoints.ts';
import { writeEvents } from '#projections/schedules/write-events.ts';
import { asUserId } from '../../support/ids.ts';
import { recorded } from '../histories.ts';

import {
  account,
  dayStart,
  dueAt,
  happened,
  happenedAt,
  NIGHT,
  person,
  pool,
  quiet,
  RUN,
  read,
  reminder,
  type Step,
  snoozed,
  TODAY,
  useSchedules,
  vacation,
} from './fixture.ts';

/* Day start, flexible windows, quiet hours, vacations, snoozes, silence: when reminders come, and for which date. */

useSchedules();

describe('a day that starts after midnight', () => {
  test('a reminder before it belongs to the date and the weekday before', async () => {
    await happened(...person, dayStart('03:00'), reminder('01:00', undefined, [3]), reminder('03:00'));
    expect(await dueAt('2026-11-26T01:00+01:00')).toEqual(['a 01:00 2026-11-25']);
    expect(await dueAt('2026-11-25T01:00+01:00')).toEqual([]);
    expect(await dueAt('2026-11-25T03:00+01:00')).toEqual(['a 03:00 2026-11-25']);
    await happened(dayStart('00:00'));
    expect(await dueAt('2026-11-26T01:00+01:00')).toEqual([]);
    expect(await dueAt('2026-11-25T01:00+01:00')).toEqual(['a 01:00 2026-11-25']);
  });

  test('is silent once that date is answered', async () => {
    await happened(...person, dayStart('03:00'), reminder('01:00'));
    await happened(read({ type: 'HabitCheckedIn', data: { on: TODAY, value: 1 } }));
    expect(await dueAt('2026-11-26T01:00+01:00')).toEqual([]);
    expect(await dueAt('2026-11-25T01:00+01:00')).toEqual(['a 01:00 2026-11-24']);
  });

  test('in a night of 25 hours and one of 23', async () => {
    await happened(...person, dayStart('03:00'), reminder('02:30'));
    // 2026-10-25 shows 02:30 twice, and the first counts; 2026-03-29 skips it, and it comes an hour later.
    expect(await dueAt('2026-10-25T02:30+02:00')).toEqual(['a 02:30 2026-10-24']);
    expect(await dueAt('2026-10-25T02:30+01:00')).toEqual([]);
    expect(await dueAt('2026-03-29T03:30+02:00')).toEqual(['a 02:30 2026-03-28']);
  });
});

describe('quiet hours', () => {
  test('hold a reminder back until they end, for the date it is for', async () => {
    await happened(...person, quiet(NIGHT), reminder('23:00'), reminder('06:30'), reminder('21:59'));
    expect(await dueAt('2026-11-25T23:00+01:00')).toEqual([]);
    expect(await dueAt('2026-11-25T06:30+01:00')).toEqual([]);
    expect(await dueAt('2026-11-25T21:59+01:00')).toEqual(['a 21:59 2026-11-25']);
    expect(await dueAt('2026-11-26T07:00+01:00')).toEqual(['a 06:30 2026-11-26', 'a 23:00 2026-11-25']);
    await happened(quiet(null));
    expect(await dueAt('2026-11-25T23:00+01:00')).toEqual(['a 23:00 2026-11-25']);
  });

  test('keep the weekday of what they hold back', async () => {
    await happened(...person, quiet(NIGHT), reminder('23:00', undefined, [3]));
    expect(await dueAt('2026-11-26T07:00+01:00')).toEqual(['a 23:00 2026-11-25']);
    expect(await dueAt('2026-11-25T07:00+01:00')).toEqual([]);
  });

  test('do not hold back a snooze: it was asked for', async () => {
    await happened(...person, quiet(NIGHT), snoozed(TODAY, '23:10', '2026-11-25T22:10:00.000Z'));
    expect(await dueAt('2026-11-25T23:10+01:00')).toEqual(['a 23:10 2026-11-25 *']);
  });
});

describe('a vacation', () => {
  test('leaves its dates out, from the first to the last', async () => {
    await happened(...person, reminder('08:00'), vacation(TODAY, '2026-11-26'));
    expect(await dueAt('2026-11-24T08:00+01:00')).toHaveLength(1);
    expect(await dueAt('2026-11-25T08:00+01:00')).toEqual([]);
    expect(await dueAt('2026-11-26T08:00+01:00')).toEqual([]);
    expect(await dueAt('2026-11-27T08:00+01:00')).toHaveLength(1);
  });

  test('is over when cancelled, and another takes its place', async () => {
    await happened(...person, reminder('08:00'), vacation(TODAY, '2026-11-30'));
    await happened(account({ type: 'VacationCancelled', data: { on: '2026-11-26' } }));
    expect(await dueAt('2026-11-25T08:00+01:00')).toEqual([]);
    expect(await dueAt('2026-11-26T08:00+01:00')).toHaveLength(1);
    await happened(vacation('2026-12-01', '2026-12-02'));
    expect(await dueAt('2026-12-01T08:00+01:00')).toEqual([]);
    await happened(account({ type: 'VacationCancelled', data: { on: '2026-11-26' } }));
    expect(await dueAt('2026-12-01T08:00+01:00')).toHaveLength(1);
  });

  test('silences a snooze of one of its dates', async () => {
    await happened(...person, snoozed(TODAY, '10:00', '2026-11-25T09:00:00.000Z'), vacation(TODAY, TODAY));
    expect(await dueAt('2026-11-25T10:00+01:00')).toEqual([]);
  });
});

describe('a snooze', () => {
  const at = '2026-11-25T13:40+01:00';
  const toAt = snoozed(TODAY, '13:40', '2026-11-25T12:40:00.000Z');

  test('comes once, beside the reminders of that minute', async () => {
    await happened(...person, reminder('13:40'), toAt);
    expect(await dueAt(at)).toEqual(['a 13:40 2026-11-25', 'a 13:40 2026-11-25 *']);
    expect(await dueAt('2026-11-26T13:40+01:00')).toEqual(['a 13:40 2026-11-26']);
  });

  test('of a fraction of a minute is not early', async () => {
    await happened(...person, snoozed(TODAY, '13:40', '2026-11-25T12:39:00.001Z'));
    expect(await dueAt('2026-11-25T13:39+01:00')).toEqual([]);
    expect(await dueAt(at)).toHaveLength(1);
  });

  test('is replaced by a later one', async () => {
    await happened(...person, toAt, snoozed(TODAY, '15:00', '2026-11-25T14:00:00.000Z'));
    expect(await dueAt(at)).toEqual([]);
    expect(await dueAt('2026-11-25T15:00+01:00')).toEqual(['a 15:00 2026-11-25 *']);
  });

  const gone: Record<string, Step> = {
    answered: read({ type: 'HabitSkipped', data: { on: TODAY } }),
    paused: read({ type: 'HabitPaused', data: { on: TODAY } }),
    archived: read({ type: 'HabitArchived', data: {} }),
    blocked: account({ type: 'BotBlocked', data: {} }),
    stopped: account({ type: 'RemindersStopped', data: {} }),
    asked: account({ type: 'ContinuationAsked', data: { on: TODAY } }),
  };
  test.each(Object.keys(gone))('does not come: %s', async (why) => {
    const step = gone[why];
    if (!step) throw new Error(why);
    await happened(...person, toAt);
    expect(await dueAt(at)).toEqual(['a 13:40 2026-11-25 *']);
    await happened(step);
    expect(await dueAt(at)).toEqual([]);
  });

  test('comes even in an hour that the clocks show twice, and needs no zone in use', async () => {
    await happened(...person, snoozed('2026-10-25', '02:30', '2026-10-25T01:30:00.000Z'));
    expect(await dueAt('2026-10-25T02:30+01:00')).toEqual(['a 02:30 2026-10-25 *']);
  });
});

describe('silence', () => {
  const asked = account({ type: 'ContinuationAsked', data: { on: TODAY } });
  const signs: Record<string, Step> = {
    'a check-in': [RUN, { type: 'HabitCheckedIn', data: { on: TODAY, value: 1 } }],
    'a tap on Continue': account({ type: 'RemindersContinued', data: { on: TODAY } }),
    'another language': account({ type: 'LocaleChanged', data: { locale: 'ru' } }),
  };
  test.each(Object.keys(signs))('after the question nothing comes until %s', async (what) => {
    const sign = signs[what];
    if (!sign) throw new Error(what);
    await happened(...person, reminder('08:00'), asked);
    expect(await dueAt('2026-11-25T08:00+01:00')).toEqual([]);
    await happened(sign);
    expect(await dueAt('2026-11-25T08:00+01:00')).toEqual(['a 08:00 2026-11-25']);
  });

  test('that the bot was blocked is no sign of life, coming back is one', async () => {
    await happened(...person, reminder('08:00'), asked, account({ type: 'BotBlocked', data: {} }));
    const { rows } = await pool().query('SELECT asked FROM schedules.accounts');
    expect(rows).toEqual([{ asked: true }]);
    await happened(account({ type: 'BotUnblocked', data: {} }));
    expect(await dueAt('2026-11-25T08:00+01:00')).toEqual(['a 08:00 2026-11-25']);
  });

  test('a sign of life between the question and its event counts as an answer', async () => {
    await happened(...person, reminder('08:00'));
    await happenedAt('2026-11-25T06:00:01.000Z', [
      RUN,
      { type: 'HabitCheckedIn', data: { on: TODAY, value: 1 } },
    ]);
    await happenedAt('2026-11-25T06:00:00.000Z', asked);
    expect(await dueAt('2026-11-25T08:00+01:00')).toHaveLength(1);
    await happenedAt('2026-11-25T06:00:02.000Z', asked);
    expect(await dueAt('2026-11-25T08:00+01:00')).toEqual([]);
  });

  test('who stopped reminders is left alone until they continue, whatever they do meanwhile', async () => {
    await happened(...person, reminder('08:00'), account({ type: 'RemindersStopped', data: {} }));
    await happened([RUN, { type: 'HabitCheckedIn', data: { on: TODAY, value: 1 } }]);
    expect(await dueAt('2026-11-25T08:00+01:00')).toEqual([]);
    await happened(account({ type: 'RemindersContinued', data: { on: TODAY } }));
    expect(await dueAt('2026-11-25T08:00+01:00')).toHaveLength(1);
  });
});

test('vacations and their cancelling leave the same rows however they are batched', async () => {
  const date = fc.integer({ min: 20, max: 28 }).map((day) => `2026-11-${day}`);
  const planned = fc
    .tuple(date, date)
    .map(([one, two]): DateRange => (one < two ? { from: one, to: two } : { from: two, to: one }));
  const step = fc.oneof(
    planned.map((data): DomainEvent => ({ type: 'VacationPlanned', data })),
    date.map((on): DomainEvent => ({ type: 'VacationCancelled', data: { on } })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (events) => {
      const all = events.map((event, i) =>
        recorded(
          { userId: asUserId('7'), aggregateId: 'account', at: '2026-11-25T05:00:00.000Z', event },
          i + 1,
        ),
      );
      const rows: object[] = [];
      for (const batches of [[all], all.map((one) => [one])]) {
        await inTransaction(pool(), async (db) => {
          await useSchema(db, 'schedules_v1');
          await db.query('TRUNCATE accounts');
          for (const batch of batches) await writeEvents(batch, db);
          rows.push((await db.query('SELECT * FROM accounts')).rows);
        });
      }
      expect(rows[0]).toEqual(rows[1]);
    }),
    { numRuns: 60 },
  );
});
