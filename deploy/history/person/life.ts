import type { DomainEvent } from '#contracts/events.ts';
import type { HabitId } from '#contracts/ids.ts';
import { type LocalDate, type LocalTime, localTimeOf } from '#contracts/time.ts';
import type { AccountCommand } from '#services/bot/domain/account-commands.ts';
import type { Command } from '#services/bot/domain/habit.ts';
import type { State } from '#services/bot/domain/habit-state.ts';
import type { AddressedCommand } from '#services/bot/person.ts';
import { instantOf } from '#services/platform/local-time/local-time.ts';
import type { Random } from '../../capacity/random.ts';
import { exponential, happens } from './chances.ts';
import type { Diary } from './diary.ts';
import type { Traits } from './traits.ts';

/** Something that happens at an instant. */
type Act = (nowMs: number) => void;

/** One person's time, in which acts happen in the order of their instants. */
export type Life = {
  readonly traits: Traits;
  readonly random: Random;
  readonly diary: Diary;
  /** At an instant that is past, it happens now. */
  at(instantMs: number, act: Act): void;
  /** The person does something. @returns the events of it. */
  toAccount(nowMs: number, command: AccountCommand): readonly DomainEvent[];
  toHabit(nowMs: number, habitId: HabitId, command: Command): readonly DomainEvent[];
};

/** Goes on until nothing more is to happen, or the history ends. */
export type Clockwork = { at: Life['at']; run(untilMs: number): void };

export function openClockwork(): Clockwork {
  /** In the order of their instants; those of one instant as they were put in. A person has few at a time. */
  const waiting: { instantMs: number; act: Act }[] = [];
  let nowMs = 0;
  return {
    at(instantMs, act) {
      const atMs = Math.max(nowMs, Math.floor(instantMs));
      let place = waiting.length;
      while (place > 0 && (waiting[place - 1]?.instantMs ?? 0) > atMs) place--;
      waiting.splice(place, 0, { instantMs: atMs, act });
    },
    run(untilMs) {
      for (let next = waiting.shift(); next && next.instantMs <= untilMs; next = waiting.shift()) {
        nowMs = next.instantMs;
        next.act(nowMs);
      }
    },
  };
}

/** @param onChange hears of every event the person causes, right after it. */
export function openLife(
  person: Pick<Life, 'traits' | 'random' | 'diary' | 'at'>,
  onChange: (events: readonly DomainEvent[], nowMs: number) => void,
): Life {
  const doing = (nowMs: number, addressed: AddressedCommand) => {
    const events = person.diary.carryOut(nowMs, addressed);
    if (events.length > 0) onChange(events, nowMs);
    return events;
  };
  return {
    ...person,
    toAccount: (nowMs, command) => doing(nowMs, { to: 'account', command }),
    toHabit: (nowMs, habitId, command) => doing(nowMs, { to: 'habit', habitId, command }),
  };
}

export const isPresent = ({ traits }: Pick<Life, 'traits'>, nowMs: number): boolean =>
  traits.stays.some(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);

/** A habit that can be used, drawn at random; undefined when there is none. */
export function someHabit(life: Life): { habitId: HabitId; state: State } | undefined {
  const usable = usableHabits(life);
  return usable[Math.floor(life.random() * usable.length)];
}

export const usableHabits = ({ diary }: Pick<Life, 'diary'>): { habitId: HabitId; state: State }[] =>
  [...diary.habits()].flatMap(([habitId, state]) =>
    state.deleted || state.archived ? [] : [{ habitId, state }],
  );

/** When a local time comes for a person. */
export function instantFor({ diary, traits }: Life, on: LocalDate, at: LocalTime): number {
  return instantOf(on, at, diary.account().timezone ?? traits.timezone);
}

/** Some instant of a person's waking hours, more often early in them than late. */
export function wakingInstant(life: Life, on: LocalDate): number {
  const { random, traits } = life;
  const minute = traits.wakesAt * 60 + Math.min(900, exponential(random, happens(random, 0.3) ? 120 : 420));
  const within = Math.floor(random() * 60_000);
  return instantFor(life, on, localTimeOf(Math.min(1439, Math.floor(minute)))) + within;
}
