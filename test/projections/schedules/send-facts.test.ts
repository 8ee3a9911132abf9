import { describe, expect, test } from 'vitest';
import { sendFacts } from '#projections/schedules/send-facts.ts';
import { asHabitId, asMinute, asUserId } from '../../support/ids.ts';

import {
  account,
  happened,
  happenedAt,
  NIGHT,
  person,
  pool,
  quiet,
  READ,
  reminder,
  type Step,
  snoozed,
  TODAY,
  useSchedules,
  vacation,
} from './fixture.ts';

useSchedules();

describe('facts at send time', () => {
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
