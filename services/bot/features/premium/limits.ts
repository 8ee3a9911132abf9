import type { Dialog } from '../../conversation/dialog.ts';
import { type Step, send, stay } from '../../conversation/step.ts';
import { hasPremium } from '../../domain/premium.ts';
import { type AddressedCommand, habitOf, type Person } from '../../person.ts';
import type { Plan } from './plan.ts';

/** What a person without premium has no more of, and how much they may have. */
export type Limit = { of: 'habits' | 'reminders'; most: number };

/**
 * A step, or in its place the offer of premium when it would go beyond what is free. What a person has already stays, however
 * much it is: only adding is limited. The dialog stays where it is, so that it can go on once premium is paid.
 */
export function withinPlan(step: Step, before: Dialog, person: Person, plan: Plan | undefined): Step {
  if (!plan || hasPremium(person.account.premium, person.nowMs)) return step;
  const limit =
    limitOfDraft(step.dialog, before, person, plan) ?? limitOfCommands(step.commands, person, plan);
  return limit ? stay(before, send({ screen: 'limit', ...limit })) : step;
}

/** Beyond which limit some commands would go for a person, by their plan; undefined when they may. */
export function limitOf(
  commands: readonly AddressedCommand[],
  person: Person,
  plan: Plan | undefined,
): Limit | undefined {
  if (!plan || hasPremium(person.account.premium, person.nowMs)) return undefined;
  return limitOfCommands(commands, person, plan);
}

/** Beyond which limit some commands would go; undefined when all of them are free. */
function limitOfCommands(
  commands: readonly AddressedCommand[],
  person: Person,
  { freeHabits, freeReminders }: Plan,
): Limit | undefined {
  let added = 0;
  for (const addressed of commands) {
    if (addressed.to !== 'habit') continue;
    const { command, habitId } = addressed;
    const habit = habitOf(person, habitId);
    if (command.type === 'DefineHabit' && !habit) {
      added++;
      if ((command.data.reminders?.length ?? 0) > freeReminders)
        return { of: 'reminders', most: freeReminders };
    }
    if (command.type === 'RestoreHabit' && habit?.archived) added++;
    if (command.type === 'ScheduleReminder' && habit) {
      const others = habit.reminders.filter(({ at }) => at !== command.data.at);
      const isNew = others.length === habit.reminders.length;
      if (isNew && others.length >= freeReminders) return { of: 'reminders', most: freeReminders };
    }
  }
  return added > 0 && activeHabits(person) + added > freeHabits
    ? { of: 'habits', most: freeHabits }
    : undefined;
}

/** Said when a habit is begun, instead of after all its questions. */
function limitOfDraft(
  after: Dialog,
  before: Dialog,
  person: Person,
  { freeHabits, freeReminders }: Plan,
): Limit | undefined {
  if (after.at !== 'newHabit') return undefined;
  if (before.at !== 'newHabit')
    return activeHabits(person) >= freeHabits ? { of: 'habits', most: freeHabits } : undefined;
  const { length } = after.draft.times;
  const isMore = length > freeReminders && length > before.draft.times.length;
  return isMore ? { of: 'reminders', most: freeReminders } : undefined;
}

const activeHabits = ({ habits }: Person): number => habits.filter(({ state }) => !state.archived).length;
