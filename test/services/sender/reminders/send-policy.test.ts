import { describe, expect, it } from 'vitest';
import type { OccurrenceFacts, PersonFacts } from '#projections/schedules/send-facts.ts';
import { decideSend } from '#services/sender/reminders/send-policy.ts';
import { asHabitId, asUserId } from '../../../support/ids.ts';

const HABIT = asHabitId('aaaaaaaaaaaaa');
const account: PersonFacts = {
  locale: 'en',
  timezone: 'Asia/Kathmandu',
  blocked: false,
  quiet: { from: '22:00', to: '07:00' },
  silentSince: null,
};
const occurrence = { habitId: HABIT, on: '2026-11-25', at: '06:30' };
const open: OccurrenceFacts = { ...occurrence, name: 'Read', goal: { kind: 'yesNo' } };
const at = (local: string) => Date.parse(`2026-11-25T${local}+05:45`);

describe('quiet hours at send time', () => {
  const reasons = (local: string, facts: OccurrenceFacts, person = account) =>
    decideSend({ userId: asUserId('7'), account: person, occurrences: [facts] }, at(local)).suppressed;

  it.each(['22:00', '23:59', '00:00', '06:59:59.999'])('suppress at %s', (local) => {
    expect(reasons(local, open)).toStrictEqual([{ occurrence, reason: 'quietHours' }]);
  });

  it.each(['07:00', '12:00', '21:59:59.999'])('let through at %s', (local) => {
    expect(reasons(local, open)).toStrictEqual([]);
  });

  it('do not touch a snooze, and are none without hours or a zone', () => {
    expect(reasons('23:00', { ...open, snoozed: true })).toStrictEqual([]);
    expect(reasons('23:00', open, { ...account, quiet: null })).toStrictEqual([]);
    expect(reasons('23:00', open, { ...account, timezone: null })).toStrictEqual([]);
  });

  it('come after the reasons known to the schedules', () => {
    expect(reasons('23:00', { ...open, suppressed: 'answered' })).toStrictEqual([
      { occurrence, reason: 'answered' },
    ]);
    expect(
      decideSend({ userId: asUserId('7'), account: undefined, occurrences: [open] }, at('23:00')).suppressed,
    ).toStrictEqual([{ occurrence, reason: 'unknownAccount' }]);
  });
});

describe('silence', () => {
  const silent = (silentSince: string | null) =>
    decideSend(
      { userId: asUserId('7'), account: { ...account, silentSince }, occurrences: [open] },
      at('12:00'),
    ).isSilent;

  it('begins thirty days after the last sign of life', () => {
    const limit = at('12:00') - 30 * 86_400_000;
    expect(silent(new Date(limit).toISOString())).toBe(true);
    expect(silent(new Date(limit + 1).toISOString())).toBe(false);
    expect(silent(null)).toBe(false);
  });
});
