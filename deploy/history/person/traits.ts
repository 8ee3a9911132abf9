import type { Locale } from '#contracts/account-events.ts';
import { UserId } from '#contracts/ids.ts';
import { DEFAULT_MIX } from '../../capacity/default-mix.ts';
import { picker, type Random } from '../../capacity/random.ts';
import { exponential, happens, oneOf, wholeBetween } from './chances.ts';

/** Which history: the same values always give the same people, however many others are generated beside them. */
export type HistorySettings = { seed: number; days: number; untilMs: number };

/** When a person uses the bot: from an instant on, and up to another. */
type Stay = { fromMs: number; toMs: number };

/** How a person goes when a stay is over. */
export type Leaving = 'silently' | 'blocks' | 'stops';

/** What a generated person is like. */
export type Traits = {
  userId: UserId;
  locale: Locale;
  timezone: string;
  /** One, or two for a person who comes back. */
  stays: readonly Stay[];
  leaving: Leaving;
  /** How many habits they come to have. */
  habits: number;
  /** Share of what is due that they answer, 0 to 1. */
  diligence: number;
  /** Local hour at which their day begins. */
  wakesAt: number;
  isPremium: boolean;
};

export const DAY_MS = 86_400_000;

/** Above every id that Telegram has given, below 2^52: a generated person is known by their id. */
const FIRST_USER_ID = 4_000_000_000_000_000;

const userIdOf = (index: number): UserId => UserId.parse(String(FIRST_USER_ID + index));

const pickZone = picker(DEFAULT_MIX.map(({ weight }) => weight));
/** Most people have few habits: shares of those with 1, 2, …, 12. */
const HABITS = [24, 25, 18, 11, 7, 5, 3, 2, 2, 1, 1, 1];
const pickHabits = picker(HABITS);

const RUSSIAN =
  /^(Europe\/(Moscow|Kaliningrad|Kyiv|Minsk)|Asia\/(Yekaterinburg|Novosibirsk|Vladivostok|Almaty|Tashkent))$/;

export function traitsOf(index: number, random: Random, settings: HistorySettings): Traits {
  const timezone = DEFAULT_MIX[pickZone(random)]?.timezone ?? 'UTC';
  const isRussian = happens(random, RUSSIAN.test(timezone) ? 0.92 : 0.03);
  return {
    userId: userIdOf(index),
    locale: isRussian ? 'ru' : 'en',
    timezone,
    stays: staysOf(random, settings),
    leaving: leavingOf(random),
    habits: 1 + pickHabits(random),
    diligence: 0.35 + 0.6 * Math.sqrt(random()),
    wakesAt: wholeBetween(random, 5, 9),
    isPremium: happens(random, 0.05),
  };
}

/** More people come at the beginning than later, as after a launch; one in eight of those who leave comes back. */
function staysOf(random: Random, { days, untilMs }: HistorySettings): Stay[] {
  const beginMs = untilMs - days * DAY_MS;
  const fromMs = Math.floor(beginMs + days * DAY_MS * random() ** 3);
  const toMs = Math.floor(fromMs + lifetimeMs(random));
  if (!happens(random, 0.13)) return [{ fromMs, toMs }];
  const backMs = Math.floor(toMs + (4 + exponential(random, 15)) * DAY_MS);
  return [
    { fromMs, toMs },
    { fromMs: backMs, toMs: Math.floor(backMs + lifetimeMs(random)) },
  ];
}

/** The curve of retention: a fifth tries it for a day, most are gone after some weeks, and a tail stays for months. */
function lifetimeMs(random: Random): number {
  const share = random();
  if (share < 0.2) return exponential(random, 0.4) * DAY_MS;
  if (share < 0.45) return (1 + exponential(random, 7)) * DAY_MS;
  if (share < 0.7) return (1 + exponential(random, 30)) * DAY_MS;
  return (20 + exponential(random, 240)) * DAY_MS;
}

function leavingOf(random: Random): Leaving {
  return oneOf<Leaving>(random, [
    'blocks',
    'silently',
    'silently',
    'silently',
    'silently',
    'silently',
    'stops',
  ]);
}
