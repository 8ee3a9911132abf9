import type { UserId } from '#contracts/ids.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { Card, HabitDay } from '../conversation/dialog.ts';
import { entryOn } from '../domain/calendar.ts';
import { sameDay } from '../features/check-in/lists.ts';
import { type AddressedCommand, habitOf, type Person } from '../person.ts';
import type { SentReminders } from '../sent-reminders.ts';
import { withFollowUps } from './pending-replies.ts';
import type { ReplyStream, Waiting } from './reply-stream.ts';

/** What changed, and which messages show it anyway. */
export type Followed = {
  userId: UserId;
  updateId: number;
  days: readonly HabitDay[];
  shownIn: readonly number[];
};

/**
 * Updates the other reminders that show a changed day, in their place: after all that the person waits for, at the lowest
 * rank. Never rejects: a reminder that stays as it was is no loss, its buttons ask before they undo anything.
 */
export type FollowUp = (followed: Followed) => Promise<void>;

/** Telegram lets a message be edited for two days. */
const EDITABLE_MS = 47 * 3_600_000;

const NOTHING: Waiting = { pending: { replies: [], rank: 0, hasMoreBehind: false }, sequence: 0 };

/** The last reminder of the last hours; undefined when there was none. */
export type LastReminder = (userId: UserId) => Promise<Card | undefined>;

/** Words of so long after a reminder are hardly an answer to it. */
const ANSWERED_WITHIN_MS = 3 * 3_600_000;

export function openFollowUp(
  { stream, clock, log }: { stream: Pick<ReplyStream, 'change'>; clock: Clock; log: Log },
  sentReminders: SentReminders,
): { followUp: FollowUp; lastReminder: LastReminder } {
  const followUp: FollowUp = async ({ userId, updateId, days, shownIn }) => {
    if (days.length === 0) return;
    try {
      const sent = await sentReminders(userId, clock.now() - EDITABLE_MS);
      const others = sent.flatMap(({ messageId, items }) => {
        const isOther = messageId !== undefined && !shownIn.includes(messageId);
        if (!isOther || !items.some((item) => days.some((day) => sameDay(item, day)))) return [];
        return [{ updateId, messageId, screen: { screen: 'card' as const, items }, follows: true as const }];
      });
      if (others.length > 0) await stream.change(userId, NOTHING, (before) => withFollowUps(before, others));
    } catch (err) {
      log.warn({ err, updateId }, 'other reminders of a day are not updated');
    }
  };
  return {
    followUp,
    async lastReminder(userId) {
      try {
        return (await sentReminders(userId, clock.now() - ANSWERED_WITHIN_MS)).at(-1);
      } catch (err) {
        // Without it the words may still name a habit.
        log.warn({ err }, 'the last reminder is not known');
        return undefined;
      }
    },
  };
}

/** The days of these commands that do not look as before. */
export function changedDays(
  commands: readonly AddressedCommand[],
  before: Person,
  after: Person,
): HabitDay[] {
  return daysOf(commands).filter((day) => looksOf(day, before) !== looksOf(day, after));
}

/** The days that commands are about. */
export function daysOf(commands: readonly AddressedCommand[]): HabitDay[] {
  return commands.flatMap((addressed) => {
    if (addressed.to === 'account' || !('on' in addressed.command.data)) return [];
    return [{ habitId: addressed.habitId, on: addressed.command.data.on }];
  });
}

function looksOf({ habitId, on }: HabitDay, person: Person): string {
  const habit = habitOf(person, habitId);
  if (!habit) return '';
  const { calendar, closedOn, notes, snooze } = habit;
  const until = snooze?.on === on ? snooze.untilAt : null;
  return JSON.stringify([entryOn(calendar, on), closedOn.includes(on), notes[on], until]);
}
