import { UserId } from '#contracts/ids.ts';
import type { Weekdays } from '#contracts/time.ts';
import { WEEKDAYS } from './default-mix.ts';
import type { Distribution } from './distribution.ts';
import { picker, type Random, seeded } from './random.ts';
import type { Settings } from './settings.ts';

/** One simulated person. `zone` is an index of the distribution, `recency` one of LAST_ANSWERED. */
export type Person = { userId: UserId; zone: number; recency: number; reminders: Reminder[] };
/** `minute` is the chosen time, from local midnight, without the window's offset. */
export type Reminder = { minute: number; weekdays: Weekdays };

type PeopleSettings = Pick<Settings, 'users' | 'habits' | 'coalesce' | 'seed'>;

const FIRST_USER_ID = 100_000_000;
const USER_IDS = 7_900_000_000;
const MOST_HABITS = 12;

/** All the people, one at a time, so that memory does not grow with them. The same settings give the same people. */
export function* people(
  { users, habits, coalesce, seed }: PeopleSettings,
  distribution: Distribution,
  recencies: readonly { weight: number }[],
): Generator<Person> {
  const random = seeded(seed, 1);
  const pickZone = picker(distribution.map(({ weight }) => weight));
  const pickTimes = distribution.map(({ times }) => picker(times.map(({ weight }) => weight)));
  const pickWeekdays = picker(WEEKDAYS.map(({ weight }) => weight));
  const pickRecency = picker(recencies.map(({ weight }) => weight));

  const timeIn = (zone: number) => distribution[zone]?.times[pickTimes[zone]?.(random) ?? 0]?.minute ?? 0;

  for (let i = 0; i < users; i++) {
    // Spread over the range of real ids, without duplicates.
    const userId = UserId.parse(String(FIRST_USER_ID + Math.floor(((i + random()) * USER_IDS) / users)));
    const zone = pickZone(random);
    const recency = pickRecency(random);
    const reminders: Reminder[] = [];
    for (let left = habitCount(random, habits); left > 0; left--) {
      const first = reminders[0];
      reminders.push({
        minute: first && random() < coalesce ? first.minute : timeIn(zone),
        weekdays: WEEKDAYS[pickWeekdays(random)]?.weekdays ?? [],
      });
    }
    yield { userId, zone, recency, reminders };
  }
}

/** At least one, geometric above, at most {@link MOST_HABITS}. */
function habitCount(random: Random, mean: number): number {
  if (mean <= 1) return 1;
  return Math.min(MOST_HABITS, 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / mean)));
}
