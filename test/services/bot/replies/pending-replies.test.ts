import fc from 'fast-check';
import { expect, test } from 'vitest';
import { habitIdFrom } from '#contracts/ids.ts';
import { listWith, OpenList } from '#services/bot/replies/open-list.ts';
import {
  claimedBy,
  isAwaited,
  merged,
  NONE,
  type PendingReplies,
  type PendingReply,
  rankOf,
  unclaimed,
  withFollowUps,
  withList,
  withoutFirst,
} from '#services/bot/replies/pending-replies.ts';

import { asUserId } from '../../../support/ids.ts';

const HOW = { rank: 0, hasMoreBehind: false };
const edit = (updateId: number, messageId: number): PendingReply => ({
  updateId,
  messageId,
  screen: { screen: 'today', page: 0 },
});
const send = (updateId: number, screen: 'help' | 'settings' | 'welcomeBack' = 'help'): PendingReply => ({
  updateId,
  screen: { screen },
});
const said = (updateId: number, key: string): PendingReply => ({
  updateId,
  screen: { screen: 'notice', phrase: { key }, cancel: false },
});
const waiting = (...replies: PendingReply[]): PendingReplies => merged(NONE, replies, HOW);
const ids = ({ replies }: PendingReplies) => replies.map(({ updateId }) => updateId);

test('the last screen wins: taps on one message become one edit, commands that say the same one message', () => {
  expect(ids(waiting(edit(1, 7), edit(2, 7), edit(3, 7)))).toEqual([3]);
  expect(ids(waiting(send(1), send(2), send(3)))).toEqual([3]);
});

test('what says something else waits by itself, in order', () => {
  const all = waiting(edit(1, 7), send(2), edit(3, 8), send(4, 'settings'), said(5, 'throttled'), edit(6, 7));
  expect(ids(all)).toEqual([2, 3, 4, 5, 6]);
  expect(ids(merged(all, [said(7, 'private-only'), said(8, 'throttled')], HOW))).toEqual([2, 3, 4, 6, 7, 8]);
});

test('what is being shown is past merging, and what came behind it stays when it is done', () => {
  const claimed = claimedBy(waiting(edit(1, 7)), 'a', undefined);
  const more = merged(claimed, [edit(2, 7), edit(3, 7)], HOW);
  expect(ids(more)).toEqual([1, 3]);
  expect(withoutFirst(more, 'a')).toEqual({ ...HOW, replies: [edit(3, 7)] });
});

test('what only follows a change comes behind all that is waited for, once for a message', () => {
  const follow = (updateId: number, messageId: number): PendingReply => ({
    ...edit(updateId, messageId),
    follows: true,
  });
  const following = withFollowUps(waiting(edit(1, 7)), [follow(2, 7), follow(2, 8), follow(2, 9)]);
  expect(following.replies).toEqual([edit(1, 7), follow(2, 8), follow(2, 9)]);
  expect(withFollowUps(following, [follow(3, 8)])).toBe(following);
  const more = merged(following, [send(4), edit(5, 9)], HOW);
  expect(more.replies).toEqual([edit(1, 7), send(4), edit(5, 9), follow(2, 8)]);
  expect([isAwaited(more), isAwaited(withFollowUps(NONE, [follow(2, 8)])), isAwaited(NONE)]).toEqual([
    true,
    false,
    false,
  ]);
  expect([rankOf({ ...more, rank: 3 }), rankOf({ ...NONE, replies: [follow(2, 8)] })]).toEqual([3, 1_000]);
  const claimed = claimedBy(withFollowUps(NONE, [follow(1, 7)]), 'a', undefined);
  expect(withFollowUps(claimed, [follow(2, 7)]).replies).toEqual([follow(1, 7), follow(2, 7)]);
});

const TODAY = '2026-11-25';
const shown = (messageId: number) => ({ posted: 'shown', messageId }) as const;
const onDay = (messageId: number, on: string) => ({ messageId, screen: { screen: 'today', page: 0, on } });

test('the newest list is remembered with its day, until its message shows something else or is gone', () => {
  const list: PendingReply = { updateId: 1, screen: { screen: 'today', page: 0 } };
  const one = withList(NONE, list, shown(7), TODAY);
  expect(one.list).toEqual(onDay(7, TODAY));
  expect(withList(one, edit(2, 7), shown(7), TODAY)).toBe(one);
  const yesterday = { ...edit(2, 7), screen: { screen: 'today', page: 0, on: '2026-11-24' } } as const;
  expect(withList(one, yesterday, shown(7), TODAY).list).toEqual(onDay(7, '2026-11-24'));

  const two = withList(merged(one, [send(3)], HOW), list, shown(9), TODAY);
  expect([two.list, ids(two)]).toEqual([onDay(9, TODAY), [3]]);
  expect(withList(two, edit(4, 7), shown(7), TODAY)).toBe(two);
  expect(withList(two, { ...send(5), messageId: 7 }, shown(7), TODAY)).toBe(two);
  expect(withList(two, { ...send(5), messageId: 9 }, shown(9), TODAY).list).toBeUndefined();
  expect(withList(two, edit(5, 9), { posted: 'refused', messageId: 9 }, TODAY).list).toBeUndefined();
  expect(withList(two, edit(5, 9), { posted: 'unknown', messageId: 9 }, TODAY)).toBe(two);
  expect(withList(two, list, { posted: 'limited' }, TODAY)).toBe(two);
  const claimed = claimedBy(two, 'a', undefined);
  expect([withoutFirst(claimed, 'a').list, merged(claimed, [send(6)], HOW).list]).toEqual([
    two.list,
    two.list,
  ]);
});

test('the list follows answers for its day, and asks no more about a habit that is answered', () => {
  const [habitId, other] = [habitIdFrom(asUserId('42'), 1), habitIdFrom(asUserId('42'), 2)];
  const day = { habitId, on: TODAY };
  const list = OpenList.parse(onDay(7, TODAY));
  expect(listWith(list, [day])).toEqual(list);
  // The streak may be another one.
  expect(listWith(list, [{ habitId, on: '2026-11-24' }])).toEqual(list);
  expect(listWith(list, [{ habitId, on: '2026-11-26' }])).toBeUndefined();
  const asking = OpenList.parse({ ...list, screen: { ...list.screen, asking: day } });
  expect(listWith(asking, [day])).toEqual(list);
  expect(listWith(asking, [{ habitId: other, on: TODAY }])).toEqual(asking);
  expect(listWith(asking, [{ habitId, on: '2026-11-24' }])).toEqual(asking);
});

test('one claims, and only its own end counts; an abandoned claim goes to who names it', () => {
  const claimed = claimedBy(waiting(send(1), send(2, 'settings')), 'a', undefined);
  expect(claimedBy(claimed, 'b', undefined)).toBe(claimed);
  expect(withoutFirst(claimed, 'b')).toBe(claimed);
  expect(unclaimed(claimed, 'b')).toBe(claimed);
  const taken = claimedBy(claimed, 'b', 'a');
  expect(withoutFirst(taken, 'a')).toBe(taken);
  expect(ids(withoutFirst(taken, 'b'))).toEqual([2]);
  expect(unclaimed(taken, 'b')).toEqual({ ...HOW, replies: [send(1), send(2, 'settings')] });
  expect(claimedBy(NONE, 'a', undefined)).toBe(NONE);
});

test('property: whatever a person does, at most 65 wait, one for each place, and the last of each place is there', () => {
  const anyReply = fc.oneof(
    fc.integer({ min: 1, max: 200 }).map((messageId) => (id: number) => edit(id, messageId)),
    fc.constantFrom<'help' | 'settings'>('help', 'settings').map((what) => (id: number) => send(id, what)),
  );
  fc.assert(
    fc.property(fc.array(fc.array(anyReply, { maxLength: 3 }), { maxLength: 200 }), (updates) => {
      let pending = NONE;
      const last = new Map<string, number>();
      for (const [updateId, make] of updates.entries()) {
        const replies = make.map((reply) => reply(updateId));
        for (const { messageId, screen } of replies) last.set(`${messageId} ${screen.screen}`, updateId);
        pending = merged(pending, replies, HOW);
        if (updateId % 7 === 0) pending = claimedBy(pending, 'a', pending.claim);
        if (updateId % 7 === 3) pending = withoutFirst(pending, 'a');
      }
      expect(pending.replies.length).toBeLessThanOrEqual(65);
      const unclaimedOnes = pending.claim === undefined ? pending.replies : pending.replies.slice(1);
      const places = unclaimedOnes.map(({ messageId, screen }) => `${messageId} ${screen.screen}`);
      expect(new Set(places).size).toBe(places.length);
      for (const { messageId, screen, updateId } of unclaimedOnes)
        expect(updateId).toBe(last.get(`${messageId} ${screen.screen}`));
    }),
  );
});
