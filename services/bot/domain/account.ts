import type { Locale } from '#contracts/account-events.ts';
import type { AccountEvent } from '#contracts/events.ts';
import type { TimeZone } from '#contracts/time.ts';
import { Refusal } from './refusal.ts';

/** What a person, or Telegram on their behalf, asks of an account. */
export type Command =
  | { type: 'RegisterAccount'; data: { locale: Locale } }
  | { type: 'ChangeLocale'; data: { locale: Locale } }
  | { type: 'ChangeTimezone'; data: { timezone: TimeZone } }
  | { type: 'RecordBlock'; data: Record<never, never> }
  | { type: 'RecordUnblock'; data: Record<never, never> };

/** An account as its events left it. `timezone` is null until the person has chosen one. */
export type State = {
  readonly registered: boolean;
  readonly locale: Locale;
  readonly timezone: TimeZone | null;
  readonly blocked: boolean;
};

/** Raise it when {@link State} or {@link evolve} change: snapshots of another shape are rebuilt from the log. */
export const shapeVersion = 1;

export function initialState(): State {
  return { registered: false, locale: 'en', timezone: null, blocked: false };
}

export function evolve(state: State, event: AccountEvent): State {
  switch (event.type) {
    case 'AccountRegistered':
      return { ...state, registered: true, locale: event.data.locale };
    case 'LocaleChanged':
      return { ...state, locale: event.data.locale };
    case 'TimezoneChanged':
      return { ...state, timezone: event.data.timezone };
    case 'BotBlocked':
      return { ...state, blocked: true };
    case 'BotUnblocked':
      return { ...state, blocked: false };
  }
}

/**
 * @returns the events to append; none when it is already so.
 * @throws {Refusal} `NotRegistered` for everything but registering.
 */
export function decide(command: Command, state: State): AccountEvent[] {
  // A second Start does not take back a language chosen since the first one.
  if (command.type === 'RegisterAccount') {
    return state.registered ? [] : [{ type: 'AccountRegistered', data: { locale: command.data.locale } }];
  }
  if (!state.registered) throw new Refusal('NotRegistered');
  switch (command.type) {
    case 'ChangeLocale': {
      const { locale } = command.data;
      return state.locale === locale ? [] : [{ type: 'LocaleChanged', data: { locale } }];
    }
    case 'ChangeTimezone': {
      const { timezone } = command.data;
      return state.timezone === timezone ? [] : [{ type: 'TimezoneChanged', data: { timezone } }];
    }
    case 'RecordBlock':
      return state.blocked ? [] : [{ type: 'BotBlocked', data: {} }];
    case 'RecordUnblock':
      return state.blocked ? [{ type: 'BotUnblocked', data: {} }] : [];
  }
}
