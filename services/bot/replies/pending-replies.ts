import { z } from 'zod';
import type { LocalDate } from '#contracts/time.ts';
import { Show } from '../conversation/screen.ts';
import { listAfter, OpenList } from './open-list.ts';
import type { Posted } from './replies.ts';

/** A screen that a person is still to be shown, in an older message or in a new one. */
export const PendingReply = Show.omit({ place: true }).extend({
  /** Of the update that it answers. */
  updateId: z.int(),
  /** Message to be edited; absent for a new one. */
  messageId: z.int().optional(),
  /** An older message follows what was changed elsewhere: nobody waits for it, so it comes behind all others. */
  follows: z.literal(true).optional(),
});
export type PendingReply = z.infer<typeof PendingReply>;

/** Who shows the first reply now: each try has an id of its own. */
const Claim = z.string();

/** What one person is still to be answered, first things first. */
export const PendingReplies = z.object({
  replies: z.array(PendingReply),
  claim: Claim.optional(),
  /** Of the last one: see share.ts. */
  rank: z.int().nonnegative(),
  /** Whether updates had piled up behind the one that they answer: then others may follow at once. */
  hasMoreBehind: z.boolean(),
  /** Sequence in UPDATES of the last update that they answer; earlier versions kept none. */
  upTo: z.int().nonnegative().optional(),
  /** Kept beside them, because what becomes of both is written at once. */
  list: OpenList.optional(),
});
export type PendingReplies = z.infer<typeof PendingReplies>;

export const NONE: PendingReplies = { replies: [], rank: 0, hasMoreBehind: false };

/** More than a person can cause in a minute. Beyond it the oldest go, which nobody has been waiting for. */
const MOST = 64;

/**
 * Adds to what waits. The last screen wins: it takes the place of one for the same message, or of a new message of the
 * same kind. Screens are rendered from the state of the moment, so the last one shows what all before it did.
 */
export function merged(
  waiting: PendingReplies,
  added: readonly PendingReply[],
  { rank, hasMoreBehind, upTo = waiting.upTo }: Pick<PendingReplies, 'rank' | 'hasMoreBehind' | 'upTo'>,
): PendingReplies {
  const { claim, list } = waiting;
  // What is being shown is past merging: the new one comes behind it.
  const claimed = claim === undefined ? [] : waiting.replies.slice(0, 1);
  let replies = waiting.replies.slice(claimed.length);
  for (const reply of added) {
    const place = placeOf(reply);
    replies = [...replies.filter((each) => placeOf(each) !== place), reply];
  }
  const awaited = replies.filter(({ follows }) => !follows).slice(-MOST);
  const following = replies.filter(({ follows }) => follows);
  return {
    replies: [...claimed, ...[...awaited, ...following].slice(0, MOST)],
    rank,
    hasMoreBehind,
    ...(upTo !== undefined && { upTo }),
    ...(claim !== undefined && { claim }),
    ...(list && { list }),
  };
}

/** Adds older messages that follow a change. One that is to be edited anyway then shows the change too. */
export function withFollowUps(waiting: PendingReplies, added: readonly PendingReply[]): PendingReplies {
  const { claim, replies } = waiting;
  const places = new Set(replies.slice(claim === undefined ? 0 : 1).map(placeOf));
  const others = added.filter((reply) => !places.has(placeOf(reply)));
  if (others.length === 0) return waiting;
  return { ...waiting, replies: [...replies, ...others].slice(0, MOST) };
}

/** Whether the person waits for any of them. */
export const isAwaited = ({ replies }: PendingReplies): boolean => replies.some(({ follows }) => !follows);

/** See share.ts: what only follows a change comes after everybody's replies. */
const LAST_RANK = 1_000;

export const rankOf = ({ replies, rank }: PendingReplies): number => (replies[0]?.follows ? LAST_RANK : rank);

/** The first reply is to be shown by `claim`, unless nothing waits or another than `abandoned` has claimed it. */
export function claimedBy(
  waiting: PendingReplies,
  claim: string,
  abandoned: string | undefined,
): PendingReplies {
  if (waiting.replies.length === 0 || waiting.claim !== abandoned) return waiting;
  return { ...waiting, claim };
}

/** What is left when the first reply needs no more tries. Unchanged when another has claimed it since. */
export function withoutFirst(waiting: PendingReplies, by: string): PendingReplies {
  const { claim, replies, ...how } = waiting;
  return claim === by ? { ...how, replies: replies.slice(1) } : waiting;
}

/** What is left when the try of `by` has shown nothing. */
export function unclaimed(waiting: PendingReplies, by: string): PendingReplies {
  const { claim, ...others } = waiting;
  return claim === by ? others : waiting;
}

function placeOf({ messageId, screen }: PendingReply): string {
  if (messageId !== undefined) return `message ${messageId}`;
  const what = screen.screen === 'notice' ? screen.phrase.key : 'habitId' in screen ? screen.habitId : '';
  return `${screen.screen} ${what}`;
}

/** One try to show a reply: of what came of it, and in which message, if that is known. */
export type Showing = { posted: Posted; messageId?: number | undefined };

/** Remembers the list that a reply showed; one that Telegram does not take any more is gone. */
export function withList(
  waiting: PendingReplies,
  { screen, below }: PendingReply,
  { posted, messageId }: Showing,
  today: LocalDate,
): PendingReplies {
  const { list: before, ...others } = waiting;
  if (messageId === undefined) return waiting;
  const isGone = posted === 'refused' && messageId === before?.messageId;
  const shown = posted === 'shown' ? listAfter(before, { messageId, screen, below }, today) : before;
  const list = isGone ? undefined : shown;
  if (list === before) return waiting;
  return list ? { ...others, list } : others;
}
