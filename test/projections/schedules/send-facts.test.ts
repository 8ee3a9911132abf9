import { describe, expect, test } from 'vitest';
import { sendFacts } from '#projections/schedules/send-facts.ts';
import { asHabitId, asMinute, asUserId } from '../../support/ids.ts';

import {
  account,
  happened,
  happenedAt,
  happenedTo,
  NIGHT,
  person,
  pool,
  quiet,
  READ,
  registered,
  reminded,
  reminder,
  type Step,
  snoozed,
  TODAY,
  useSchedules,
  vacation,
} from './fixture.ts';

useSchedules();

const AT = '2026-11-25T05:00:00.000Z';

describe('facts by account, habit and entry', () => {
  const occurrence = { habitId: asHabitId(READ), on: '2026-11-25', at: '08:00' };
  const facts = () =>
    sendFacts(pool(), [{ userId: asUserId('7'), minute: asMinute(29_400_000), occurrences: [occurrence] }]);

  test('of what may be sent', async () => {
    await happenedTo('7', AT, [...registered(), ...reminded(READ, '<b>"Читать"\\')]);
    expect(await facts()).toEqual([
      {
        userId: '7',
        account: { locale: 'ru', timezone: 'Europe/Berlin', blocked: false, quiet: null, silentSince: AT },
        occurrences: [{ ...occurrence, name: '<b>"Читать"\\', goal: { kind: 'yesNo' } }],
      },
    ]);
  });

  test('with the emoji that stands before the name, as long as there is one', async () => {
    const shownName = async (...steps: Step[]) => {
      await happenedTo('7', AT, steps);
      return (await facts())[0]?.occurrences[0]?.name;
    };
    const emoji = (sign: string | null): Step => [READ, { type: 'EmojiChanged', data: { emoji: sign } }];
    expect(await shownName(...registered(), ...reminded(READ), emoji('📖'))).toBe('📖 Read');
    expect(await shownName([READ, { type: 'HabitRenamed', data: { name: 'Study' } }])).toBe('📖 Study');
    expect(await shownName(emoji(null))).toBe('Study');
  });

  const reasons: [string, Step[]][] = [
    ['answered', [[READ, { type: 'HabitSkipped', data: { on: '2026-11-25' } }]]],
    ['paused', [[READ, { type: 'HabitPaused', data: { on: '2026-11-24' } }]]],
    ['archived', [[READ, { type: 'HabitArchived', data: {} }]]],
    ['unscheduled', [[READ, { type: 'ReminderUnscheduled', data: { at: '08:00' } }]]],
    ['unscheduled', [[READ, { type: 'ReminderScheduled', data: { at: '08:00', weekdays: [4] } }]]],
    ['blocked', [['account', { type: 'BotBlocked', data: {} }]]],
  ];
  test.each(reasons)('suppressed: %s', async (reason, steps) => {
    await happenedTo('7', AT, [...registered(), ...reminded(READ), ...steps]);
    expect(await facts()).toMatchObject([
      { occurrences: [{ ...occurrence, suppressed: reason, name: 'Read' }] },
    ]);
  });

  test('of nobody, and of a habit that is not theirs', async () => {
    await happenedTo('8', AT, [...registered(), ...reminded(READ)]);
    await happenedTo('9', AT, registered());
    const asked = ['7', '8', '9'].map(asUserId).map((userId) => ({
      userId,
      minute: asMinute(29_400_000),
      occurrences: [occurrence, { ...occurrence, at: '09:00' }],
    }));
    expect(await sendFacts(pool(), asked)).toMatchObject([
      {
        userId: '7',
        account: undefined,
        occurrences: [{ suppressed: 'unknownAccount' }, { suppressed: 'unknownAccount' }],
      },
      {
        userId: '8',
        occurrences: [
          { name: 'Read', at: '08:00' },
          { suppressed: 'unscheduled', at: '09:00' },
        ],
      },
      { userId: '9', occurrences: [{ suppressed: 'unscheduled' }, { suppressed: 'unscheduled' }] },
    ]);
    expect(await sendFacts(pool(), [])).toEqual([]);
  });
});

describe('facts by rhythm', () => {
  const minute = asMinute(Date.parse('2026-11-25T08:00+01:00') / 60_000);
  const facts = async (snooze: boolean) => {
    const occurrence = {
      habitId: asHabitId(READ),
      on: TODAY,
      at: '08:00',
      ...(snooze && { snoozed: true as const }),
    };
    const [found] = await sendFacts(pool(), [
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
