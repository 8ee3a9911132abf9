import type { HabitId } from '#contracts/ids.ts';
import { EVERY_DAY } from '#contracts/time.ts';
import { localDateAt, localTimeAt } from '#services/platform/local-time/local-time.ts';
import type { World } from './role.ts';
import { anyTime, pick } from './scenario.ts';

/** Records everything that the people have set up before the beginning. */
export function settle(world: World): void {
  const { scenario, nats } = world;
  for (const { userId, timezone, answeredDaysAgo, habits } of scenario.people) {
    const log = (habitId: HabitId | undefined, event: Parameters<typeof nats.diary.record>[2], daysAgo = 0) =>
      nats.diary.record(
        userId,
        habitId,
        event,
        new Date(nats.now() - daysAgo * 86_400_000).toISOString(),
        nats.now(),
      );
    log(undefined, { type: 'AccountRegistered', data: { locale: 'en' } });
    log(undefined, { type: 'TimezoneChanged', data: { timezone } });
    for (const { habitId, reminders } of habits) {
      log(habitId, {
        type: 'HabitDefined',
        data: { name: 'Read', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } },
      });
      for (const reminder of reminders) log(habitId, { type: 'ReminderScheduled', data: reminder });
    }
    const first = habits[0];
    if (first && answeredDaysAgo !== null) {
      const on = new Date(nats.now() - answeredDaysAgo * 86_400_000).toISOString().slice(0, 10);
      log(first.habitId, { type: 'HabitCheckedIn', data: { on, value: 1 } }, answeredDaysAgo);
    }
  }
  world.tables.apply(
    Array.from({ length: nats.diary.events.last() }, (_, i) => nats.diary.events.at(i + 1)?.body).flatMap(
      (event) => event ?? [],
    ),
  );
}

/** One person does something, which is a confirmed event at once. */
export function act(world: World): void {
  const { random, nats, scenario, telegram, notes } = world;
  const person = pick(random, scenario.people);
  const { userId } = person;
  const { habitId } = pick(random, person.habits);
  const state = nats.diary.now(userId);
  const record = (habit: HabitId | undefined, event: Parameters<typeof nats.diary.record>[2]) => {
    notes.say(() => `${userId} ${habit ?? ''} ${event.type} ${JSON.stringify(event.data)}`);
    nats.diary.record(userId, habit, event, new Date(nats.now()).toISOString(), nats.latest());
  };
  const habit = state.habits.get(habitId);
  const today = localDateAt(nats.now(), state.zone);
  switch (Math.floor(random() * 7)) {
    case 0:
    case 1: {
      record(undefined, { type: 'TimezoneChanged', data: { timezone: pick(random, scenario.zones) } });
      break;
    }
    case 2: {
      const at = pick(random, [...(habit?.reminders.keys() ?? []), anyTime(random)]);
      if (habit?.reminders.has(at)) record(habitId, { type: 'ReminderUnscheduled', data: { at } });
      const later = anyTime(random) > at ? anyTime(random) : localTimeAt(nats.now() + 120_000, state.zone);
      record(habitId, { type: 'ReminderScheduled', data: { at: later, weekdays: EVERY_DAY } });
      break;
    }
    case 3:
    case 4:
      if (!state.answered.has(`${habitId}/${today}`))
        record(habitId, { type: 'HabitCheckedIn', data: { on: today, value: 1 } });
      break;
    case 5:
      record(habitId, { type: habit?.isActive ? 'HabitPaused' : 'HabitResumed', data: { on: today } });
      break;
    default:
      if (telegram.blockers.delete(userId)) record(undefined, { type: 'BotUnblocked', data: {} });
      else {
        telegram.blockers.add(userId);
        if (random() < 0.5) record(undefined, { type: 'BotBlocked', data: {} });
      }
  }
  if (!telegram.blockers.has(userId)) world.replies.send(userId).catch(() => {});
}
