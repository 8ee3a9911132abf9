import { type HabitId, habitIdFrom } from '#contracts/ids.ts';
import type { Command } from '#services/bot/domain/habit.ts';
import { openPeople } from '#services/bot/people.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { type BotFixture, settledPerson } from '#test/services/bot/fixture.ts';
import { asUserId } from '#test/support/ids.ts';

export type Definition = Extract<Command, { type: 'DefineHabit' }>['data'];

/** Daily, done or not, unless said otherwise. */
export const habit = (name: string, more: Partial<Definition> = {}): Definition => ({
  name,
  goal: { kind: 'yesNo' },
  frequency: { kind: 'daily' },
  ...more,
});

/** A person with habits that were not made in the chat, which takes longer; `today` is their date. */
export async function personWithHabits(
  bot: BotFixture,
  definitions: readonly Definition[],
  locale?: 'en' | 'ru',
) {
  const { id } = await settledPerson(bot, locale);
  const people = openPeople(bot.nats, systemClock, createLog('test', 'silent'));
  let person = await people.read(asUserId(id));
  const { today } = person;
  const ids: HabitId[] = [];
  for (const [ordinal, data] of definitions.entries()) {
    const habitId = habitIdFrom(asUserId(id), 1, ordinal);
    ids.push(habitId);
    const cause = { correlationId: habitId, causationId: habitId, at: new Date().toISOString() };
    const command = { to: 'habit', habitId, command: { type: 'DefineHabit', data } } as const;
    person = await people.carryOut(person, [command], cause);
  }
  await people.close();
  return { id, today, ids };
}
