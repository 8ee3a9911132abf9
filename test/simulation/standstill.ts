import { habitIdFrom } from '#contracts/ids.ts';
import { EVERY_DAY, localTimeOf } from '#contracts/time.ts';
import type { Random } from '#deploy/capacity/random.ts';
import { asUserId } from '#test/support/ids.ts';
import type { Fleet } from './fleet.ts';
import type { World } from './role.ts';
import { pick, type Scenario, scenarioOf } from './scenario.ts';
import { NO_FAILURES } from './telegram.ts';

const MINUTE_MS = 60_000;
/** Reminders lie within so many minutes, longer than most standstills last. */
const SPREAD = 12;

/** A world in which people have several reminders within minutes of each other. */
export function denseScenario(random: Random): Scenario {
  const scenario = scenarioOf(random);
  const from = Math.floor(random() * 1_400);
  const at = () => localTimeOf(from + Math.floor(random() * SPREAD));
  const people = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, i) => {
    const userId = asUserId(1_000_000 + Math.floor(random() * 1e9));
    const habits = Array.from({ length: 2 + Math.floor(random() * 3) }, (__, ordinal) => ({
      habitId: habitIdFrom(userId, i, ordinal),
      reminders: [...new Set([at(), at()])].map((time) => ({ at: time, weekdays: EVERY_DAY })),
    }));
    return {
      userId,
      timezone: pick(random, scenario.zones),
      answeredDaysAgo: pick(random, [null, 1]),
      habits,
    };
  });
  return { ...scenario, people, days: 2 };
}

/** Everything stands still for minutes at one place of the path, and then processes die while it is caught up with. */
export function standStill(world: World, fleet: Fleet, random: Random): void {
  const { engine, telegram } = world;
  const restMs = (1 + random() * SPREAD) * MINUTE_MS;
  if (random() < 0.6) fleet.stopTickFor(restMs);
  else {
    telegram.failures = { ...NO_FAILURES, unreachable: 1 };
    engine.after(restMs, () => {
      telegram.failures = NO_FAILURES;
    });
  }
  for (let deaths = Math.floor(random() * 4); deaths > 0; deaths--)
    engine.after(restMs + random() * random() * 8_000, () => {
      const machines = fleet.machines();
      if (machines.length > 0) pick(random, machines).dieAtRequest(1 + Math.floor(random() * 40));
    });
}
