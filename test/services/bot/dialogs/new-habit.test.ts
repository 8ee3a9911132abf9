import { expect, test } from 'vitest';
import type { Dialog } from '#services/bot/dialogs/dialog.ts';
import type { Step } from '#services/bot/dialogs/step.ts';
import type { Tap } from '#services/bot/taps.ts';
import { type Conversation, settled, TODAY, withHabit } from '../conversation.ts';

const blank = { weekdays: [], times: [] };
const at = (step: string, draft: object): Dialog => ({ at: 'newHabit', step, draft }) as Dialog;
const shown = (place: 'here' | 'anew', step: string, draft: object, above?: object): Step =>
  ({
    dialog: at(step, draft),
    orders: [],
    shows: [{ place, screen: { screen: 'draft', step, draft }, ...(above && { above }) }],
  }) as Step;

test('each step of a daily yes/no habit, exactly', () => {
  const talk = settled();
  expect(talk.say('/new')).toEqual(shown('anew', 'name', blank));
  const named = { ...blank, name: 'Read' };
  expect(talk.say(' Read ')).toEqual(shown('anew', 'counted', named));
  const counted = { ...named, goal: { kind: 'yesNo' } };
  expect(talk.tap({ tap: 'counted', as: 'yesNo' })).toEqual(shown('here', 'often', counted));
  const daily = { ...counted, often: 'daily' };
  expect(talk.tap({ tap: 'often', how: 'daily' })).toEqual(shown('here', 'times', daily));
  const once = { ...daily, times: ['21:00'] };
  expect(talk.say('9pm')).toEqual(shown('anew', 'times', once));
  const twice = { ...daily, times: ['09:00', '21:00'] };
  expect(talk.tap({ tap: 'draftTime', at: '09:00' })).toEqual(shown('here', 'times', twice));
  expect(talk.tap({ tap: 'draftTime', at: '09:00' })).toEqual(shown('here', 'times', twice));
  expect(talk.tap({ tap: 'draftNoTime', at: '09:00' })).toEqual(shown('here', 'times', once));
  expect(talk.tap({ tap: 'draftTimesReady' })).toEqual(shown('here', 'confirm', once));
  expect(talk.tap({ tap: 'create' })).toEqual({
    dialog: { at: 'idle' },
    orders: [
      {
        to: 'habit',
        habitId: talk.person.habits[0]?.habitId,
        command: {
          type: 'DefineHabit',
          data: {
            name: 'Read',
            goal: { kind: 'yesNo' },
            frequency: { kind: 'daily' },
            reminders: [{ at: '21:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }],
          },
        },
      },
    ],
    shows: [{ place: 'here', screen: { screen: 'habitCreated', habitId: talk.person.habits[0]?.habitId } }],
  });
});

test('a numeric habit on weekdays is reminded of on its days', () => {
  const talk = settled();
  talk.say('/new');
  talk.tap({ tap: 'idea', index: 0 });
  talk.tap({ tap: 'counted', as: 'numeric' });
  talk.say('2,500 steps');
  talk.tap({ tap: 'goal', direction: 'atMost' });
  talk.tap({ tap: 'often', how: 'weekdays' });
  expect(talk.tap({ tap: 'draftDaysReady' }).toast).toEqual({ key: 'toast-no-days' });
  talk.tap({ tap: 'draftDays', weekdays: [1, 5] });
  talk.tap({ tap: 'draftDaysReady' });
  talk.tap({ tap: 'draftTime', at: '08:00' });
  talk.tap({ tap: 'draftTimesReady' });
  talk.tap({ tap: 'create' });
  expect(talk.events).toEqual([
    {
      type: 'HabitDefined',
      data: {
        name: '📖 Read',
        goal: { kind: 'numeric', direction: 'atMost', target: 2500, unit: 'steps' },
        frequency: { kind: 'weekdays', weekdays: [1, 5] },
      },
    },
    { type: 'ReminderScheduled', data: { at: '08:00', weekdays: [1, 5] } },
  ]);
});

test('some times a week, without reminders', () => {
  const talk = settled();
  talk.say('/new');
  talk.say('Run');
  talk.tap({ tap: 'counted', as: 'yesNo' });
  talk.tap({ tap: 'often', how: 'timesAWeek' });
  expect(talk.tap({ tap: 'timesAWeek', times: 7 }).toast).toEqual({ key: 'toast-stale' });
  talk.tap({ tap: 'timesAWeek', times: 3 });
  talk.tap({ tap: 'draftTimesReady' });
  talk.tap({ tap: 'create' });
  expect(talk.events).toEqual([
    {
      type: 'HabitDefined',
      data: { name: 'Run', goal: { kind: 'yesNo' }, frequency: { kind: 'timesInDays', times: 3, days: 7 } },
    },
  ]);
});

test.each([
  ['\u200b\u200d', { key: 'name-empty', args: { most: 64, length: 0 } }],
  ['x'.repeat(4096), { key: 'name-long', args: { most: 64, length: 4096 } }],
])('a name that cannot be taken is asked for again (%#)', (text, above) => {
  const talk = settled();
  talk.say('/new');
  expect(talk.say(text)).toEqual(shown('anew', 'name', blank, above));
});

test.each(['25:99', '24:00', '13pm', 'tomorrow', '\u200b'])(
  '%j as a time is refused with an example',
  (text) => {
    const talk = settled();
    talk.say('/new');
    talk.say('Read');
    talk.tap({ tap: 'counted', as: 'yesNo' });
    talk.tap({ tap: 'often', how: 'daily' });
    const step = talk.say(text);
    expect(step.shows[0]?.above).toEqual({ key: 'time-unreadable' });
    expect(talk.seen(step)[0]?.text).toMatch(
      /^🤔 That is no time of day I know. Send it like 9:30, 21:00 or 9pm\.\n\n⏰ When/,
    );
  },
);

test('a thirteenth time is refused', () => {
  const talk = settled();
  talk.say('/new');
  talk.say('Read');
  talk.tap({ tap: 'counted', as: 'yesNo' });
  talk.tap({ tap: 'often', how: 'daily' });
  for (let hour = 0; hour < 12; hour++) talk.say(`${hour}:00`);
  expect(talk.say('12:00').shows[0]?.above).toEqual({ key: 'too-many-times', args: { most: 12 } });
  expect(talk.tap({ tap: 'draftTime', at: '12:00' }).toast).toEqual({ key: 'refusal-TooManyReminders' });
  talk.tap({ tap: 'draftTimesReady' });
  talk.tap({ tap: 'create' });
  expect(talk.events).toHaveLength(13);
});

test.each(['many', '-3', `20 ${'y'.repeat(25)}`])('%j as a target is refused with an example', (text) => {
  const talk = settled();
  talk.say('/new');
  talk.say('Read');
  talk.tap({ tap: 'counted', as: 'numeric' });
  expect(talk.say(text).shows[0]?.above).toEqual({ key: 'target-unreadable', args: { most: 24 } });
  expect(talk.dialog).toEqual(at('target', { ...blank, name: 'Read' }));
});

/** What leads from each step to the next, a numeric habit on weekdays. */
const WALK: [step: string, (talk: Conversation) => unknown][] = [
  ['name', (talk) => talk.say('/new')],
  ['counted', (talk) => talk.say('Read')],
  ['target', (talk) => talk.tap({ tap: 'counted', as: 'numeric' })],
  ['direction', (talk) => talk.say('20 pages')],
  ['often', (talk) => talk.tap({ tap: 'goal', direction: 'atLeast' })],
  ['weekdays', (talk) => talk.tap({ tap: 'often', how: 'weekdays' })],
  ['times', (talk) => talk.tap({ tap: 'draftDays', weekdays: [3] }) && talk.tap({ tap: 'draftDaysReady' })],
  ['confirm', (talk) => talk.tap({ tap: 'draftTimesReady' })],
];

function walkTo(step: string): Conversation {
  const talk = settled();
  for (const [reached, go] of WALK) {
    go(talk);
    if (reached === step) break;
  }
  expect(talk.dialog).toMatchObject({ at: 'newHabit', step });
  return talk;
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

test.each(STEPS)('at "%s" another command is obeyed and says that the draft is dropped', (step) => {
  const { dialog, shows, orders } = walkTo(step).say('/today');
  const above = step === 'name' ? {} : { above: { key: 'draft-dropped', args: { name: 'Read' } } };
  expect({ dialog, orders }).toEqual({ dialog: { at: 'idle' }, orders: [] });
  expect(shows).toEqual([{ place: 'anew', screen: { screen: 'today', page: 0 }, ...above }]);
});

test.each(STEPS)('at "%s" pictures and unknown commands change nothing', (step) => {
  const talk = walkTo(step);
  const before = talk.dialog;
  expect(talk.input({ kind: 'attachment' }).shows[0]?.screen).toMatchObject({
    phrase: { key: 'only-text-now' },
  });
  expect(talk.say('/frobnicate').shows[0]?.screen).toMatchObject({ phrase: { key: 'unknown-command' } });
  expect(talk.dialog).toEqual(before);
});

test.each(['counted', 'direction', 'often', 'weekdays', 'confirm'])(
  'at "%s" words are answered with the buttons',
  (step) => {
    const talk = walkTo(step);
    const before = talk.dialog;
    expect(talk.say('whatever').shows[0]?.above).toEqual({ key: 'use-buttons' });
    expect(talk.dialog).toEqual(before);
  },
);

test('Back goes the way that was come, and loses nothing', () => {
  const talk = walkTo('confirm');
  const steps = ['times', 'weekdays', 'often', 'direction', 'target', 'counted', 'name'];
  for (const step of steps) {
    talk.tap({ tap: 'back' });
    expect(talk.dialog).toMatchObject({ step });
  }
  expect(talk.tap({ tap: 'back' }).toast).toEqual({ key: 'toast-stale' });
  expect(talk.dialog).toMatchObject({ draft: { name: 'Read', often: 'weekdays', weekdays: [3] } });
});

const DRAFT_TAPS: Tap[] = [
  { tap: 'idea', index: 1 },
  { tap: 'counted', as: 'yesNo' },
  { tap: 'goal', direction: 'atMost' },
  { tap: 'often', how: 'daily' },
  { tap: 'draftDays', weekdays: [1] },
  { tap: 'draftDaysReady' },
  { tap: 'timesAWeek', times: 2 },
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
    times: ['draftTime', 'draftNoTime', 'draftTimesReady'],
    confirm: ['create'],
  };
  for (const step of STEPS) {
    for (const tap of DRAFT_TAPS.filter((each) => !own[step]?.includes(each.tap))) {
      const talk = walkTo(step);
      const before = talk.dialog;
      expect([step, tap, talk.tap(tap)]).toEqual([
        step,
        tap,
        { dialog: before, orders: [], shows: [], toast: { key: 'toast-stale' } },
      ]);
    }
  }
});

test('a reminder’s Done in the middle of a new habit leaves the new habit where it was', () => {
  const talk = withHabit();
  talk.say('/new');
  talk.say('Walk');
  const before = talk.dialog;
  talk.tap(`done:${talk.habitId}:${TODAY}`);
  expect(talk.dialog).toEqual(before);
  expect(talk.events).toEqual([{ type: 'HabitCheckedIn', data: { on: TODAY, value: 1 } }]);
});

test('a hundred habits are the most', () => {
  const talk = withHabit();
  const one = talk.person.habits[0];
  for (let n = 0; one && n < 99; n++) (talk.person.habits as unknown[]).push({ ...one });
  expect(talk.say('/new').shows[0]?.screen).toEqual({
    screen: 'notice',
    phrase: { key: 'too-many-habits', args: { most: 100 } },
    cancel: false,
  });
});
