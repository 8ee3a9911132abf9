import { z } from 'zod';
import type { AccountEvent, HabitEvent } from '#contracts/events.ts';
import type { Aggregate } from '#services/platform/event-store/aggregate.ts';

export type TallyCommand =
  | { type: 'Add'; value: number }
  | { type: 'AddMany'; values: number[] }
  | { type: 'Name'; name: string }
  | { type: 'Take'; value: number };
export type TallyState = { sum: number; count: number; name: string };

export class TooLittle extends Error {
  override name = 'TooLittle';
}

/** The smallest aggregate with every kind of answer: events, several of them, already so, refused. */
export const tally: Aggregate<TallyState, TallyCommand, HabitEvent> & {
  isState(value: unknown): value is TallyState;
} = {
  shapeVersion: 1,
  isState: (value): value is TallyState => State.safeParse(value).success,
  initialState: () => ({ sum: 0, count: 0, name: '' }),
  evolve(state, event) {
    if (event.type === 'HabitRenamed') return { ...state, name: event.data.name };
    if (event.type !== 'HabitCheckedIn') return state;
    return { ...state, sum: state.sum + event.data.value, count: state.count + 1 };
  },
  decide(command, state) {
    if (command.type === 'Name')
      return command.name === state.name ? [] : [{ type: 'HabitRenamed', data: { name: command.name } }];
    if (command.type === 'Add') return [added(command.value)];
    if (command.type === 'AddMany') return command.values.map(added);
    if (state.sum < command.value) throw new TooLittle();
    return [added(command.value)];
  },
};

const added = (value: number): HabitEvent => ({ type: 'HabitCheckedIn', data: { on: '2026-11-25', value } });

const State = z.object({ sum: z.number(), count: z.number(), name: z.string() });

type Account = { locale: string };
export const account = {
  shapeVersion: 1,
  isState: (value: unknown): value is Account => z.object({ locale: z.string() }).safeParse(value).success,
  initialState: (): Account => ({ locale: '' }),
  evolve: (state: Account, event: AccountEvent): Account =>
    event.type === 'AccountRegistered' || event.type === 'LocaleChanged'
      ? { locale: event.data.locale }
      : state,
};
