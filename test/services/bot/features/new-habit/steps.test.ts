import { expect, test } from 'vitest';
import type { Tap } from '#services/bot/conversation/taps.ts';
import { type Conversation, settled } from '../../conversation/fixture.ts';

/** What leads to each step of a habit on weekdays, of which a line said the amount; behind `confirm`, what is changed from there. */
const WALK: [step: string, (conversation: Conversation) => unknown][] = [
  ['name', (conversation) => conversation.say('/new')],
  ['often', (conversation) => conversation.say('Read 20 pages')],
  ['weekdays', (conversation) => conversation.tap({ tap: 'often', how: 'weekdays' })],
  [
    'times',
    (conversation) =>
      conversation.tap({ tap: 'draftDays', weekdays: [3] }) && conversation.tap({ tap: 'draftDaysReady' }),
  ],
  ['confirm', (conversation) => conversation.tap({ tap: 'draftTimesReady' })],
  ['counted', (conversation) => conversation.tap({ tap: 'draftStep', step: 'counted' })],
  ['target', (conversation) => conversation.tap({ tap: 'counted', as: 'numeric' })],
  ['direction', (conversation) => conversation.say('20 pages')],
];

function walkTo(step: string): Conversation {
  const conversation = settled();
  for (const [reached, go] of WALK) {
    go(conversation);
    if (reached === step) break;
  }
  expect(conversation.dialog).toMatchObject({ at: 'newHabit', step });
  return conversation;
}

const STEPS = WALK.map(([step]) => step);

test.each(STEPS)('at "%s" every way out works', (step) => {
  const cancelled = [{ screen: 'notice', phrase: { key: 'cancelled' }, cancel: false }];
  const byTap = walkTo(step).tap({ tap: 'cancel' });
  expect(byTap.dialog).toEqual({ at: 'idle' });
  expect(byTap.shows.map(({ screen }) => screen)).toEqual(cancelled);
  const byCommand = walkTo(step).say('/cancel');
  expect(byCommand.dialog).toEqual({ at: 'idle' });
  expect(byCommand.shows.map(({ screen }) => screen)).toEqual(cancelled);
  expect(walkTo(step).say('✖️ Отмена').dialog).toEqual({ at: 'idle' });
});

test.each(STEPS)('at "%s" another command is obeyed, and the step asked again under it', (step) => {
  const conversation = walkTo(step);
  const before = conversation.dialog;
  const { dialog, shows, commands } = conversation.say('/today');
  const line = step === 'name' ? { key: 'still-name' } : { key: 'still-habit', args: { name: 'Read' } };
  expect({ dialog, commands }).toEqual({ dialog: before, commands: [] });
  const screen = { screen: 'today', page: 0 };
  expect(shows).toEqual([{ place: 'anew', screen, below: { line, at: 'newHabit', screen: 'today' } }]);
});

test.each(STEPS)('at "%s" pictures and unknown commands change nothing', (step) => {
  const conversation = walkTo(step);
  const before = conversation.dialog;
  expect(conversation.input({ kind: 'attachment' }).shows[0]?.screen).toMatchObject({
    phrase: { key: 'only-text-now' },
  });
  expect(conversation.say('/frobnicate').shows[0]?.screen).toMatchObject({
    phrase: { key: 'unknown-command' },
  });
  expect(conversation.dialog).toEqual(before);
});

test.each([
  ['counted', 'use-buttons'],
  ['direction', 'use-buttons'],
  ['often', 'often-unreadable'],
  ['weekdays', 'often-unreadable'],
  ['confirm', 'use-buttons'],
])('at "%s" words that say nothing are answered with what would', (step, key) => {
  const conversation = walkTo(step);
  const before = conversation.dialog;
  expect(conversation.say('whatever').shows[0]?.above).toEqual({ key });
  expect(conversation.dialog).toEqual(before);
});

test.each([
  ['/new Run every day', 'no', 'Yes!'],
  ['/new Бег каждый день', 'Не надо', 'Всё верно'],
])('%s: that no reminder is wanted, and the summary right, can be typed', (line, no, yes) => {
  const conversation = settled();
  conversation.say(line);
  conversation.say(no);
  expect(conversation.dialog).toMatchObject({ step: 'confirm', draft: { times: [], timed: true } });
  conversation.say(yes);
  expect(conversation.dialog).toEqual({ at: 'idle' });
  expect(conversation.person.habits[0]?.state.reminders).toEqual([]);
});

test('Back goes the way that was come, and loses nothing', () => {
  const conversation = walkTo('direction');
  for (const step of ['target', 'counted', 'confirm', 'times', 'confirm']) {
    conversation.tap({ tap: 'back' });
    expect(conversation.dialog).toMatchObject({ step });
  }
  const frequency = { kind: 'weekdays', weekdays: [3] };
  expect(conversation.dialog).toMatchObject({ draft: { name: 'Read', frequency } });
  const first = walkTo('weekdays');
  for (const step of ['often', 'name']) {
    first.tap({ tap: 'back' });
    expect(first.dialog).toMatchObject({ step });
  }
  expect(first.tap({ tap: 'back' }).toast).toEqual({ key: 'toast-stale' });
});

const DRAFT_TAPS: Tap[] = [
  { tap: 'idea', index: 1 },
  { tap: 'counted', as: 'yesNo' },
  { tap: 'goal', direction: 'atMost' },
  { tap: 'often', how: 'daily' },
  { tap: 'draftDays', weekdays: [1] },
  { tap: 'draftDaysReady' },
  { tap: 'timesAWeek', times: 2 },
  { tap: 'timesPerWeek', times: 2 },
  { tap: 'timesPerMonth', times: 2 },
  { tap: 'everyDays', days: 2 },
  { tap: 'draftPart', part: 'evening' },
  { tap: 'draftStep', step: 'part' },
  { tap: 'draftFlexible' },
  { tap: 'draftWithin', minutes: 15 },
  { tap: 'draftTime', at: '07:00' },
  { tap: 'draftNoTime', at: '07:00' },
  { tap: 'draftTimesReady' },
  { tap: 'create' },
];

test('buttons of a step do nothing at any other', () => {
  const own: Record<string, string[]> = {
    name: ['idea'],
    counted: ['counted'],
    direction: ['goal'],
    often: ['often'],
    weekdays: ['draftDays', 'draftDaysReady'],
    times: ['draftTime', 'draftNoTime', 'draftTimesReady', 'draftFlexible'],
    confirm: ['create', 'goal', 'draftStep'],
  };
  for (const step of STEPS) {
    for (const tap of DRAFT_TAPS.filter((each) => !own[step]?.includes(each.tap))) {
      const conversation = walkTo(step);
      const before = conversation.dialog;
      expect([step, tap, conversation.tap(tap)]).toEqual([
        step,
        tap,
        { dialog: before, commands: [], shows: [], toast: { key: 'toast-stale' } },
      ]);
    }
  }
});
