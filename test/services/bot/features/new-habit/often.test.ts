import { expect, test } from 'vitest';
import { settled } from '../../conversation/fixture.ts';

test.each([
  ['timesPerWeek', { tap: 'timesPerWeek', times: 3 }, { kind: 'timesPerWeek', times: 3 }],
  ['timesAWeek', { tap: 'timesAWeek', times: 3 }, { kind: 'timesInDays', times: 3, days: 7 }],
  ['timesPerMonth', { tap: 'timesPerMonth', times: 12 }, { kind: 'timesPerMonth', times: 12 }],
  ['everyDays', { tap: 'everyDays', days: 3 }, { kind: 'timesInDays', times: 1, days: 3 }],
] as const)('how often is tapped at "%s"', (how, tap, frequency) => {
  const conversation = settled();
  conversation.say('/new');
  conversation.say('Run');
  conversation.tap({ tap: 'often', how });
  expect(conversation.tap({ ...tap, ...('times' in tap ? { times: 13 } : { days: 99 }) }).toast).toEqual({
    key: 'toast-stale',
  });
  conversation.tap(tap);
  conversation.tap({ tap: 'draftTimesReady' });
  expect(conversation.person.habits[0]?.state.frequency).toEqual(frequency);
});

test.each([
  ['timesPerWeek', '2', { kind: 'timesPerWeek', times: 2 }],
  ['timesPerMonth', '20', { kind: 'timesPerMonth', times: 20 }],
  ['everyDays', '45', { kind: 'timesInDays', times: 1, days: 45 }],
  ['weekdays', 'Mon, Wed', { kind: 'weekdays', weekdays: [1, 3] }],
  ['everyDays', '5 times in 10 days', { kind: 'timesInDays', times: 5, days: 10 }],
] as const)('how often is typed at "%s": %s', (how, text, frequency) => {
  const conversation = settled();
  conversation.say('/new');
  conversation.say('Run');
  conversation.tap({ tap: 'often', how });
  expect(conversation.say('often').shows[0]?.above).toEqual({ key: 'often-unreadable' });
  expect(conversation.say(text).dialog).toMatchObject({ step: 'times', draft: { frequency } });
});

test.each(['/new Clean every two weeks on Saturday at 10', '/new Уборка раз в две недели по субботам в 10'])(
  '%s: it reminds on that day until it is done',
  (line) => {
    const conversation = settled();
    const summary = conversation.say(line);
    expect(summary.dialog).toMatchObject({ step: 'confirm', draft: { remindOn: [6] } });
    conversation.tap({ tap: 'create' });
    expect(conversation.person.habits[0]?.state).toMatchObject({
      frequency: { kind: 'timesInDays', times: 1, days: 14 },
      reminders: [{ at: '10:00', weekdays: [6] }],
    });
  },
);

test('another frequency is for its own days', () => {
  const conversation = settled();
  conversation.say('/new Clean every two weeks on Saturday at 10');
  conversation.tap({ tap: 'draftStep', step: 'often' });
  conversation.tap({ tap: 'often', how: 'daily' });
  conversation.tap({ tap: 'create' });
  expect(conversation.person.habits[0]?.state.reminders).toEqual([
    { at: '10:00', weekdays: [1, 2, 3, 4, 5, 6, 7] },
  ]);
});
