import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountEvents } from '#contracts/account-events.ts';
import type { AccountEvent } from '#contracts/events.ts';
import { type Command, decide, evolve, initialState, type State } from '#services/bot/domain/account.ts';
import { Refusal } from '#services/bot/domain/refusal.ts';

const registered: AccountEvent = { type: 'AccountRegistered', data: { locale: 'ru' } };
const after = (...events: AccountEvent[]): State => events.reduce(evolve, initialState());

const cases: { command: Command; recorded: AccountEvent }[] = [
  {
    command: { type: 'ChangeLocale', data: { locale: 'en' } },
    recorded: { type: 'LocaleChanged', data: { locale: 'en' } },
  },
  {
    command: { type: 'ChangeTimezone', data: { timezone: 'Asia/Tokyo' } },
    recorded: { type: 'TimezoneChanged', data: { timezone: 'Asia/Tokyo' } },
  },
  { command: { type: 'RecordBlock', data: {} }, recorded: { type: 'BotBlocked', data: {} } },
];

describe('an account', () => {
  it('registers once, and keeps its language when Start is pressed again', () => {
    const start: Command = { type: 'RegisterAccount', data: { locale: 'ru' } };
    expect(decide(start, initialState())).toStrictEqual([registered]);
    expect(decide({ type: 'RegisterAccount', data: { locale: 'en' } }, after(registered))).toStrictEqual([]);
  });

  it.each(cases)('$command.type: recorded, ignored when repeated, refused before Start', (one) => {
    expect(decide(one.command, after(registered))).toStrictEqual([one.recorded]);
    expect(decide(one.command, after(registered, one.recorded))).toStrictEqual([]);
    expect(() => decide(one.command, initialState())).toThrow(new Refusal('NotRegistered'));
  });

  it('RecordUnblock: recorded only while blocked', () => {
    const unblock: Command = { type: 'RecordUnblock', data: {} };
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
    });
  });

  it('for any commands: says what the catalogue knows, survives JSON, and a repetition is silent', () => {
    const locale = fc.constantFrom('en' as const, 'ru' as const);
    const command: fc.Arbitrary<Command> = fc.oneof(
      fc.record({ type: fc.constant('RegisterAccount' as const), data: fc.record({ locale }) }),
      fc.record({ type: fc.constant('ChangeLocale' as const), data: fc.record({ locale }) }),
      fc.record({
        type: fc.constant('ChangeTimezone' as const),
        data: fc.record({ timezone: fc.constantFrom('Asia/Tokyo', 'Europe/Berlin') }),
      }),
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
