import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DomainEvent } from '#contracts/events.ts';
import { PARTITIONS } from '#contracts/subjects.ts';
import { type DateRange, minuteOfDay } from '#contracts/time.ts';
import { inTransaction, useSchema } from '#projections/engine/checkpoints.ts';
import { loadProjectionNamed } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { dueReminders, type ZoneMinutes } from '#projections/schedules/due.ts';
import { dueMinute, flexibleBy, isQuiet } from '#projections/schedules/due-minute.ts';
import { sendFacts } from '#projections/schedules/send-facts.ts';
import { writeEvents } from '#projections/schedules/write.ts';
import { localMinutesBeginning } from '#services/platform/local-time/local-time.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { asAggregateId, asHabitId, asMinute, asUserId } from '../../support/ids.ts';
import { recorded } from '../histories.ts';

/* Day start, flexible windows, quiet hours, vacations, snoozes, silence: when reminders come, and for which date. */

const READ = 'aaaaaaaaaaaaa';
const RUN = 'bbbbbbbbbbbbb';
const ZONE = 'Europe/Berlin';
/** A Wednesday. */
const TODAY = '2026-11-25';
const NIGHT = { from: '22:00', to: '07:00' };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await prepareProjections({ schedules: database.pool, analytics: database.pool }, [
    await loadProjectionNamed('schedules'),
  ]);
});
afterAll(() => database.drop());
beforeEach(async () => {
  const tables = ['accounts', 'habits', 'reminders', 'snoozes', 'answers'];
  await database.pool.query(`TRUNCATE ${tables.map((table) => `schedules_v1.${table}`)}`);
});

type Step = [aggregateId: string, event: DomainEvent];
const account = (event: DomainEvent): Step => ['account', event];
const read = (event: DomainEvent): Step => [READ, event];
const dayStart = (dayStartsAt: string) => account({ type: 'DayStartChanged', data: { dayStartsAt } });
const quiet = (hours: typeof NIGHT | null) => account({ type: 'QuietHoursChanged', data: { quiet: hours } });
const vacation = (from: string, to: string) => account({ type: 'VacationPlanned', data: { from, to } });
const snoozed = (on: string, at: string, untilAt: string) =>
  read({ type: 'ReminderSnoozed', data: { on, at, untilAt } });
const reminder = (at: string, windowMinutes?: number, weekdays = [1, 2, 3, 4, 5, 6, 7]) =>
  read({ type: 'ReminderScheduled', data: { at, weekdays, ...(windowMinutes && { windowMinutes }) } });
const defined = (habit: string): Step => [
  habit,
  { type: 'HabitDefined', data: { name: 'Read', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } } },
];
const person: Step[] = [
  account({ type: 'AccountRegistered', data: { locale: 'en' } }),
  account({ type: 'TimezoneChanged', data: { timezone: ZONE } }),
  defined(READ),
];

async function happened(...steps: Step[]): Promise<void> {
  await happenedAt('2026-11-25T05:00:00.000Z', ...steps);
}

async function happenedAt(at: string, ...steps: Step[]): Promise<void> {
  await inTransaction(database.pool, async (db) => {
    await useSchema(db, 'schedules_v1');
    for (const [aggregateId, event] of steps) {
      await writeEvents(
        [recorded({ userId: asUserId('7'), aggregateId: asAggregateId(aggregateId), at, event }, 1)],
        db,
      );
    }
  });
}

/** `habit at on`, with `*` when snoozed, of all that is due at an instant. */
async function dueAt(instant: string, zone = ZONE): Promise<string[]> {
  const minute = asMinute(Date.parse(instant) / 60_000);
  const minutes: ZoneMinutes[] = localMinutesBeginning(minute, zone).map((begins) => ({
    timezone: zone,
    ...begins,
  }));
  const found: string[] = [];
  for await (const rows of dueReminders(database.pool, { partitions: PARTITIONS, minutes, minute }, 10)) {
    found.push(...rows.map((row) => `${row.habitId[0]} ${row.at} ${row.on}${row.snoozed ? ' *' : ''}`));
  }
  return found;
}

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
    const { rows } = await database.pool.query('SELECT asked FROM schedules.accounts');
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

describe('facts at send time', () => {
  const minute = asMinute(Date.parse('2026-11-25T08:00+01:00') / 60_000);
  const facts = async (snooze: boolean) => {
    const occurrence = {
      habitId: asHabitId(READ),
      on: TODAY,
      at: '08:00',
      ...(snooze && { snoozed: true as const }),
    };
    const [found] = await sendFacts(database.pool, [
      { userId: asUserId('7'), minute: asMinute(minute), occurrences: [occurrence] },
    ]);
    return found;
  };

  test.each<[string, Step]>([
    ['vacation', vacation(TODAY, TODAY)],
    ['stopped', account({ type: 'RemindersStopped', data: {} })],
    ['silent', account({ type: 'ContinuationAsked', data: { on: TODAY } })],
  ])('suppressed: %s', async (suppressed, step) => {
    const until = snoozed(TODAY, '08:00', '2026-11-25T07:00:00.000Z');
    await happened(...person, reminder('08:00'), until, step);
    for (const snooze of [true, false]) {
      expect((await facts(snooze))?.occurrences).toMatchObject([{ suppressed }]);
    }
  });

  test('a snooze is scheduled only for the minute and date it was moved to last', async () => {
    await happened(...person, reminder('08:00'));
    expect((await facts(true))?.occurrences).toMatchObject([{ suppressed: 'unscheduled' }]);
    await happened(snoozed(TODAY, '08:00', '2026-11-25T07:00:00.000Z'));
    const [wanted] = (await facts(true))?.occurrences ?? [];
    expect(wanted).toEqual({
      habitId: READ,
      on: TODAY,
      at: '08:00',
      snoozed: true,
      name: 'Read',
      goal: { kind: 'yesNo' },
    });
    await happened(snoozed('2026-11-24', '08:00', '2026-11-25T07:00:00.000Z'));
    expect((await facts(true))?.occurrences).toMatchObject([{ suppressed: 'unscheduled' }]);
    await happened(snoozed(TODAY, '08:01', '2026-11-25T07:01:00.000Z'));
    expect((await facts(true))?.occurrences).toMatchObject([{ suppressed: 'unscheduled' }]);
    expect((await facts(false))?.occurrences).not.toHaveProperty('0.suppressed');
  });

  test('the person: quiet hours, and since when they are silent', async () => {
    await happenedAt('2026-09-01T10:00:00.000Z', ...person, reminder('08:00'));
    expect((await facts(false))?.account).toMatchObject({
      quiet: null,
      silentSince: '2026-09-01T10:00:00.000Z',
    });
    await happenedAt('2026-09-02T10:00:00.000Z', quiet(NIGHT));
    await happenedAt('2026-11-01T10:00:00.000Z', account({ type: 'BotBlocked', data: {} }));
    expect((await facts(false))?.account).toMatchObject({
      quiet: NIGHT,
      silentSince: '2026-09-02T10:00:00.000Z',
    });
    await happenedAt('2026-09-02T10:00:00.000Z', vacation('2026-09-05', '2026-10-04'));
    expect((await facts(false))?.account?.silentSince).toBe('2026-10-05T00:00:00.000Z');
  });
});

describe('where a reminder falls', () => {
  const minute = fc.integer({ min: 0, max: 1439 });
  const hours = fc.option(fc.record({ from: minute, to: minute }).filter(({ from, to }) => from !== to));
  const rhythm = fc.record({ dayStarts: fc.integer({ min: 0, max: 360 }), quiet: hours });
  const offset = fc.integer({ min: -180, max: 180 });

  test('is said alike by Postgres and by TypeScript', async () => {
    const cases = fc.sample(fc.tuple(minute, offset, rhythm), 4_000);
    const { rows } = await database.pool.query<{ place: number }>(
      `SELECT schedules_v1.due_place_of(m, f, d, q, t) AS place
       FROM unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[]) WITH ORDINALITY AS c (m, f, d, q, t, n)
       ORDER BY n`,
      [
        cases.map(([at]) => at),
        cases.map(([, by]) => by),
        cases.map(([, , each]) => each.dayStarts),
        cases.map(([, , each]) => each.quiet?.from ?? null),
        cases.map(([, , each]) => each.quiet?.to ?? null),
      ],
    );
    expect(rows.map(({ place }) => place)).toEqual(cases.map((each) => dueMinute(...each)));
  });

  test('never in quiet hours, and never out of its date but for them', () => {
    fc.assert(
      fc.property(minute, offset, rhythm, (at, by, each) => {
        const place = dueMinute(at, by, each);
        if (each.quiet) expect(isQuiet(place % 1440, each.quiet)).toBe(false);
        const unquiet = dueMinute(at, by, { ...each, quiet: null });
        expect(unquiet).toBeGreaterThanOrEqual(each.dayStarts);
        expect(unquiet).toBeLessThan(each.dayStarts + 1440);
        if (!each.quiet || !isQuiet(unquiet % 1440, each.quiet)) expect(place).toBe(unquiet);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    { at: '09:00', by: 20, dayStarts: 0, hours: null, place: '09:20' },
    { at: '23:50', by: 20, dayStarts: 0, hours: null, place: '23:59' },
    { at: '00:10', by: -20, dayStarts: 0, hours: null, place: '00:00' },
    { at: '23:50', by: 20, dayStarts: 180, hours: null, place: '24:10' },
    { at: '02:50', by: 20, dayStarts: 180, hours: null, place: '26:59' },
    { at: '03:10', by: -20, dayStarts: 180, hours: null, place: '03:00' },
    { at: '21:50', by: 20, dayStarts: 0, hours: NIGHT, place: '21:59' },
    { at: '07:10', by: -20, dayStarts: 0, hours: NIGHT, place: '07:00' },
    { at: '22:00', by: 0, dayStarts: 0, hours: NIGHT, place: '31:00' },
    { at: '07:00', by: 0, dayStarts: 0, hours: NIGHT, place: '07:00' },
    { at: '13:00', by: -5, dayStarts: 0, hours: { from: '12:00', to: '14:00' }, place: '14:00' },
  ])('$at, offset $by, is $place', ({ at, by, dayStarts, hours: given, place }) => {
    const quietHours = given && { from: minuteOfDay(given.from), to: minuteOfDay(given.to) };
    const found = dueMinute(minuteOfDay(at), by, { dayStarts, quiet: quietHours });
    const two = (n: number) => String(n).padStart(2, '0');
    expect(`${two(Math.floor(found / 60))}:${two(found % 60)}`).toBe(place);
  });
});

describe('a flexible reminder', () => {
  test('comes at one time every day, near its own', async () => {
    await happened(...person, reminder('09:00', 30));
    const by = flexibleBy('7', '09:00', 30);
    expect(by).not.toBe(0);
    for (const day of [TODAY, '2026-11-26', '2027-06-01']) {
      const at = Date.parse(`${day}T09:00${day > '2027' ? '+02:00' : '+01:00'}`);
      expect(await dueAt(new Date(at).toISOString())).toEqual([]);
      expect(await dueAt(new Date(at + by * 60_000).toISOString())).toEqual([`a 09:00 ${day}`]);
    }
    await happened(reminder('09:00'));
    expect(await dueAt('2026-11-25T09:00+01:00')).toHaveLength(1);
  });

  test('spreads people evenly over its window', () => {
    const counts = new Map<number, number>();
    const people = 61_000;
    for (let user = 1; user <= people; user++) {
      const by = flexibleBy(String(700_000_000 + user * 37), '09:00', 30);
      counts.set(by, (counts.get(by) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 61 }, (_, i) => i - 30));
    expect(Math.max(...counts.values())).toBeLessThan(1.2 * (people / 61));
    expect(Math.min(...counts.values())).toBeGreaterThan(0.8 * (people / 61));
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
        await inTransaction(database.pool, async (db) => {
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
