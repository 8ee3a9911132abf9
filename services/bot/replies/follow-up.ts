import type { UserId } from '#contracts/ids.ts';
import type { Card, HabitDay } from '../conversation/dialog.ts';
import { entryOn } from '../domain/calendar.ts';
import { sameDay } from '../features/check-in/lists.ts';
import { type AddressedCommand, habitOf, type Person } from '../person.ts';
import type { SentReminders } from '../sent-reminders.ts';
import { listWith } from './open-list.ts';
import { type PendingReplies, type PendingReply, withFollowUps } from './pending-replies.ts';
import type { Waiting } from './reply-stream.ts';
import { type ReplyPorts, renderReply } from './show-reply.ts';

/** What changed, and which messages show it anyway. */
export type Followed = {
  userId: UserId;
  updateId: number;
  days: readonly HabitDay[];
  shownIn: readonly number[];
  /** The person before and after; the former unknown when a crash came between. */
  before?: Person | undefined;
  after: Person;
  /** Replies that wait, if they were read. */
  waiting?: Waiting | undefined;
};

/**
 * Updates the other reminders that show a changed day or what it made untrue, and the open list of it, in their place: after
 * all that the person waits for, at the lowest rank. Never rejects: a message that stays as it was is no loss, its buttons ask
 * before they undo anything.
 */
export type FollowUp = (followed: Followed) => Promise<void>;

/** Telegram lets a message be edited for two days. */
const EDITABLE_MS = 47 * 3_600_000;

/** The last reminder of the last hours; undefined when there was none. */
export type LastReminder = (userId: UserId) => Promise<Card | undefined>;

/** Words of so long after a reminder are hardly an answer to it. */
const ANSWERED_WITHIN_MS = 3 * 3_600_000;

type FollowUpPorts = Pick<ReplyPorts, 'stream' | 'places' | 'appUrl' | 'clock' | 'log'>;

export function openFollowUp(
  ports: FollowUpPorts,
  sentReminders: SentReminders,
): { followUp: FollowUp; lastReminder: LastReminder } {
  const { stream, clock, log } = ports;
  const followUp: FollowUp = async (followed) => {
    const { userId, updateId, days, shownIn } = followed;
    if (days.length === 0) return;
    const isChanged = changesOf(ports, followed);
    try {
      const [sent, waiting] = await Promise.all([
        sentReminders(userId, clock.now() - EDITABLE_MS),
        followed.waiting ?? stream.glance(userId),
      ]);
      const reminders = sent.flatMap(({ messageId, items }): PendingReply[] => {
        if (messageId === undefined || shownIn.includes(messageId)) return [];
        const card: PendingReply = { updateId, messageId, screen: { screen: 'card', items }, follows: true };
        return isChanged(card, items) ? [card] : [];
      });
      const others = ({ list }: PendingReplies) => [...openList(ports, list, followed), ...reminders];
      await stream.change(userId, waiting, (before) => withFollowUps(before, others(before)));
    } catch (err) {
      log.warn({ err, updateId }, 'other messages of a day are not updated');
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

/**
 * Whether a reminder is to be edited: it shows a changed day, or says something of its habit (a streak, a week's count) that an
 * answer for another day made untrue. The latter is not known when a crash came between.
 */
function changesOf(ports: FollowUpPorts, { days, before, after }: Followed) {
  return (card: PendingReply, items: readonly HabitDay[]): boolean => {
    if (items.some((item) => days.some((day) => sameDay(item, day)))) return true;
    const isAbout = items.some(({ habitId }) => days.some((day) => day.habitId === habitId));
    return isAbout && before !== undefined && looksIn(ports, card, before) !== looksIn(ports, card, after);
  };
}

const looksIn = (ports: FollowUpPorts, reply: Omit<PendingReply, 'updateId'>, person: Person): string =>
  JSON.stringify(renderReply(ports, reply, person));

/** The open list as it is to be edited, unless it looks as before: a habit may be on another page, a streak the same. */
function openList(
  ports: FollowUpPorts,
  list: PendingReplies['list'],
  { updateId, days, shownIn, before, after }: Followed,
): PendingReply[] {
  const changed = list && !shownIn.includes(list.messageId) && listWith(list, days);
  if (!changed) return [];
  if (before && looksIn(ports, list, before) === looksIn(ports, changed, after)) return [];
  return [{ ...changed, updateId, follows: true }];
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
