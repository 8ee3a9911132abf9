import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountEvents } from '#contracts/account-events.ts';
import type { AccountEvent } from '#contracts/events.ts';
import { decide, evolve, initialState, type State, vacationFrom } from '#services/bot/domain/account.ts';
import type { AccountCommand } from '#services/bot/domain/account-commands.ts';
import { NO_PREMIUM } from '#services/bot/domain/premium.ts';
import { Refusal } from '#services/bot/domain/refusal.ts';

const today = '2026-11-25';
const registered: AccountEvent = { type: 'AccountRegistered', data: { locale: 'ru' } };
const after = (...events: AccountEvent[]): State => events.reduce(evolve, initialState());

const cases: { command: AccountCommand; recorded: AccountEvent }[] = [
  {
    command: { type: 'ChangeLocale', data: { locale: 'en' } },
    recorded: { type: 'LocaleChanged', data: { locale: 'en' } },
  },
  {
    command: { type: 'ChangeTimezone', data: { timezone: 'Asia/Tokyo' } },
    recorded: { type: 'TimezoneChanged', data: { timezone: 'Asia/Tokyo' } },
  },
  { command: { type: 'RecordBlock', data: {} }, recorded: { type: 'BotBlocked', data: {} } },
  {
    command: { type: 'ChangeDayStart', data: { dayStartsAt: '03:00' } },
    recorded: { type: 'DayStartChanged', data: { dayStartsAt: '03:00' } },
  },
  {
    command: { type: 'ChangeQuietHours', data: { quiet: { from: '22:30', to: '07:00' } } },
    recorded: { type: 'QuietHoursChanged', data: { quiet: { from: '22:30', to: '07:00' } } },
  },
  {
    command: { type: 'PlanVacation', data: { from: '2026-12-24', to: '2027-01-06', today } },
    recorded: { type: 'VacationPlanned', data: { from: '2026-12-24', to: '2027-01-06' } },
  },
  { command: { type: 'StopReminders', data: {} }, recorded: { type: 'RemindersStopped', data: {} } },
  {
    command: { type: 'ContinueReminders', data: { today } },
    recorded: { type: 'RemindersContinued', data: { on: today } },
  },
  {
    command: { type: 'RecordContinuationAsked', data: { on: today } },
    recorded: { type: 'ContinuationAsked', data: { on: today } },
  },
];

describe('an account', () => {
  it('registers once, and keeps its language when Start is pressed again', () => {
    const start: AccountCommand = { type: 'RegisterAccount', data: { locale: 'ru' } };
    expect(decide(start, initialState())).toStrictEqual([registered]);
    expect(decide({ type: 'RegisterAccount', data: { locale: 'en' } }, after(registered))).toStrictEqual([]);
  });

  it.each(cases)('$command.type: recorded, ignored when repeated, refused before Start', (one) => {
    expect(decide(one.command, after(registered))).toStrictEqual([one.recorded]);
    expect(decide(one.command, after(registered, one.recorded))).toStrictEqual([]);
    expect(() => decide(one.command, initialState())).toThrow(new Refusal('NotRegistered'));
  });

  it('RecordUnblock: recorded only while blocked', () => {
    const unblock: AccountCommand = { type: 'RecordUnblock', data: {} };
    const blocked: AccountEvent = { type: 'BotBlocked', data: {} };
    const unblocked: AccountEvent = { type: 'BotUnblocked', data: {} };
    expect(decide(unblock, after(registered, blocked))).toStrictEqual([unblocked]);
    expect(decide(unblock, after(registered, blocked, unblocked))).toStrictEqual([]);
    expect(decide(unblock, after(registered))).toStrictEqual([]);
    expect(() => decide(unblock, initialState())).toThrow(new Refusal('NotRegistered'));
  });

  it('is what its events say', () => {
    const zone: AccountEvent = { type: 'TimezoneChanged', data: { timezone: 'Europe/Berlin' } };
    expect(after(registered, zone, { type: 'BotBlocked', data: {} })).toStrictEqual({
      registered: true,
      locale: 'ru',
      timezone: 'Europe/Berlin',
      blocked: true,
      dayStartsAt: '00:00',
      habitOrder: [],
      defaultWindow: null,
      digest: null,
      clock: null,
      premium: NO_PREMIUM,
      quiet: null,
      vacations: [],
      remindersStopped: false,
      continuedOn: null,
      askedOn: null,
    });
  });

  it.each(['00:00', '06:00', '05:59'])('a day may start at %s', (dayStartsAt) => {
    expect(after(registered, { type: 'DayStartChanged', data: { dayStartsAt } }).dayStartsAt).toBe(
      dayStartsAt,
    );
    const events = decide({ type: 'ChangeDayStart', data: { dayStartsAt } }, after(registered));
    expect(events).toHaveLength(dayStartsAt === '00:00' ? 0 : 1);
  });

  it.each(['06:01', '23:00', '3:00', ''])('a day may not start at "%s"', (dayStartsAt) => {
    const command: AccountCommand = { type: 'ChangeDayStart', data: { dayStartsAt } };
    expect(() => decide(command, after(registered))).toThrow(new Refusal('WrongDayStart'));
  });

  it('has quiet hours or none, and never all day', () => {
    const quiet: AccountEvent = {
      type: 'QuietHoursChanged',
      data: { quiet: { from: '22:00', to: '07:00' } },
    };
    const none: AccountEvent = { type: 'QuietHoursChanged', data: { quiet: null } };
    const noMore: AccountCommand = { type: 'ChangeQuietHours', data: { quiet: null } };
    expect(decide(noMore, after(registered, quiet))).toStrictEqual([none]);
    expect(decide(noMore, after(registered))).toStrictEqual([]);
    const allDay: AccountCommand = {
      type: 'ChangeQuietHours',
      data: { quiet: { from: '07:00', to: '07:00' } },
    };
    expect(() => decide(allDay, after(registered))).toThrow(new Refusal('WrongHours'));
  });

  it('stops reminders until they are continued, and continues once a day', () => {
    const stopped = after(registered, { type: 'RemindersStopped', data: {} });
    const go: AccountCommand = { type: 'ContinueReminders', data: { today } };
    const continued: AccountEvent = { type: 'RemindersContinued', data: { on: today } };
    expect(decide(go, stopped)).toStrictEqual([continued]);
    const again = after(registered, continued, { type: 'RemindersStopped', data: {} });
    expect(decide(go, again)).toStrictEqual([continued]);
    expect(after(registered, continued).remindersStopped).toBe(false);
    const tomorrow: AccountCommand = { type: 'ContinueReminders', data: { today: '2026-11-26' } };
    expect(decide(tomorrow, after(registered, continued))).toHaveLength(1);
  });

  it('for any commands: says what the catalogue knows, survives JSON, and a repetition is silent', () => {
    const locale = fc.constantFrom('en' as const, 'ru' as const);
    const date = fc.integer({ min: 10, max: 30 }).map((day) => `2026-11-${day}`);
    const command: fc.Arbitrary<AccountCommand> = fc.oneof(
      fc.record({ type: fc.constant('RegisterAccount' as const), data: fc.record({ locale }) }),
      fc.record({ type: fc.constant('ChangeLocale' as const), data: fc.record({ locale }) }),
      fc.record({
        type: fc.constant('ChangeTimezone' as const),
        data: fc.record({ timezone: fc.constantFrom('Asia/Tokyo', 'Europe/Berlin') }),
      }),
      fc.record({
        type: fc.constant('ChangeDayStart' as const),
        data: fc.record({ dayStartsAt: fc.constantFrom('00:00', '03:00') }),
      }),
      fc.record({
        type: fc.constant('ChangeQuietHours' as const),
        data: fc.record({ quiet: fc.constantFrom(null, { from: '22:00', to: '07:00' }) }),
      }),
      fc.record({
        type: fc.constant('PlanVacation' as const),
        data: fc
          .tuple(date, date, date)
          .map((dates) => dates.sort())
          .map(([one = '', two = '', to = '']) => ({ from: two, to, today: one })),
      }),
      fc.record({ type: fc.constant('CancelVacation' as const), data: fc.record({ today: date }) }),
      fc.record({ type: fc.constant('ContinueReminders' as const), data: fc.record({ today: date }) }),
      fc.record({ type: fc.constant('RecordContinuationAsked' as const), data: fc.record({ on: date }) }),
      fc.record({ type: fc.constant('StopReminders' as const), data: fc.constant({}) }),
      fc.record({
        type: fc.constantFrom('RecordBlock' as const, 'RecordUnblock' as const),
        data: fc.constant({}),
      }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        let state = initialState();
        for (const one of commands) {
          if (!state.registered && one.type !== 'RegisterAccount') {
            expect(() => decide(one, state)).toThrow(Refusal);
            continue;
          }
          const events = decide(one, state);
          for (const { type, data } of events) {
            expect(accountEvents[type].data.parse(data)).toStrictEqual(data);
          }
          state = events.reduce(evolve, state);
          expect(decide(one, state)).toStrictEqual([]);
          expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
        }
      }),
    );
  });
});

describe('a vacation', () => {
  const planned = (from: string, to: string): AccountEvent => ({
    type: 'VacationPlanned',
    data: { from, to },
  });
  const plan = (from: string, to: string): AccountCommand => ({
    type: 'PlanVacation',
    data: { from, to, today },
  });
  const cancelled: AccountEvent = { type: 'VacationCancelled', data: { on: today } };

  it('replaces what is left of another one', () => {
    const toCome = after(registered, planned('2026-12-24', '2027-01-06'));
    const changed = decide(plan('2026-12-20', '2026-12-27'), toCome);
    expect(changed).toStrictEqual([cancelled, planned('2026-12-20', '2026-12-27')]);
    expect(changed.reduce(evolve, toCome).vacations).toStrictEqual([
      { from: '2026-12-20', to: '2026-12-27' },
    ]);

    const running = after(registered, planned('2026-11-20', '2026-11-30'));
    const longer = decide(plan('2026-11-25', '2026-12-05'), running).reduce(evolve, running);
    expect(longer.vacations).toStrictEqual([
      { from: '2026-11-20', to: '2026-11-24' },
      { from: '2026-11-25', to: '2026-12-05' },
    ]);
    expect(vacationFrom(today, longer)).toStrictEqual({ from: '2026-11-25', to: '2026-12-05' });
  });

  it('that is cancelled keeps the days that are over; a past one is left alone', () => {
    const cancel: AccountCommand = { type: 'CancelVacation', data: { today } };
    const running = after(registered, planned('2026-11-20', '2026-11-30'));
    expect(decide(cancel, running)).toStrictEqual([cancelled]);
    expect(evolve(running, cancelled).vacations).toStrictEqual([{ from: '2026-11-20', to: '2026-11-24' }]);
    const today25 = after(registered, planned('2026-11-25', '2026-11-30'), cancelled);
    expect(today25.vacations).toStrictEqual([]);
    const past = after(registered, planned('2026-11-01', '2026-11-24'));
    expect(decide(cancel, past)).toStrictEqual([]);
    expect(vacationFrom(today, past)).toBeUndefined();
  });

  it.each([
    { from: '2026-12-06', to: '2026-12-05', code: 'WrongDates' as const },
    { from: '2026-02-30', to: '2026-12-05', code: 'WrongDates' as const },
    { from: '2026-11-20', to: '2026-11-24', code: 'InThePast' as const },
    { from: '2026-12-01', to: '2027-12-02', code: 'VacationTooLong' as const },
  ])('from $from to $to is refused: $code', ({ from, to, code }) => {
    expect(() => decide(plan(from, to), after(registered))).toThrow(new Refusal(code));
  });

  it('may be of one day, of a year, and begin in the past', () => {
    expect(decide(plan(today, today), after(registered))).toHaveLength(1);
    expect(decide(plan('2026-12-01', '2027-12-01'), after(registered))).toHaveLength(1);
    expect(decide(plan('2026-11-23', '2026-11-30'), after(registered))).toHaveLength(1);
  });
});
