import type { Goal } from '#contracts/habit-events.ts';
import { type Conversation, NOW_MS, settled } from '../../conversation/fixture.ts';

/** A person with daily habits, counted ones with a target: `Drink water 8 glasses`. The ids are in the order of the lists. */
export function having(...names: string[]): Conversation & { ids: string[] } {
  const conversation = settled(NOW_MS);
  for (const given of names) {
    const [, counted, target, unit = ''] = /^(.+) (\d+) ([a-z]+)$/.exec(given) ?? [];
    const goal: Goal = target
      ? { kind: 'numeric', direction: 'atLeast', target: Number(target), unit }
      : { kind: 'yesNo' };
    conversation.define({ name: counted ?? given, goal, frequency: { kind: 'daily' } });
  }
  conversation.events.length = 0;
  const ids = conversation.person.habits.map(({ habitId }) => habitId);
  return Object.assign(Object.create(null, Object.getOwnPropertyDescriptors(conversation)), { ids });
}
