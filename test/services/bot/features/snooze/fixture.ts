import { type Conversation, TODAY } from '../../conversation/fixture.ts';

/** 25 November 2026, 10:30 in Berlin. */
export const NOW_AT = '2026-11-25T09:30:00.000Z';
export const other = 'zzzzzzzzzzzzz';

export const snoozed = (habitId: string, at: string, untilAt: string, on = TODAY) => ({
  to: 'habit',
  habitId,
  command: { type: 'SnoozeReminder', data: { on, at, untilAt, nowAt: NOW_AT } },
});

export const message = { messageId: 5, data: [] };

/** Another one habit for a person who has some. */
export function add(conversation: Conversation, name: string): string {
  const before = new Set(conversation.person.habits.map(({ habitId }) => habitId));
  conversation.say(`/new ${name} daily, no reminders`);
  conversation.tap({ tap: 'create' });
  conversation.events.length = 0;
  return conversation.person.habits.find(({ habitId }) => !before.has(habitId))?.habitId ?? '';
}
