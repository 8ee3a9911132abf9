import { expect, test } from 'vitest';
import { habitButtonData } from '#contracts/callback-data.ts';
import type { Dialog } from '#services/bot/conversation/dialog.ts';
import { next } from '#services/bot/conversation/next.ts';
import { questionOf } from '#services/bot/conversation/open-question.ts';
import { render } from '#services/bot/conversation/render.ts';
import type { Step } from '#services/bot/conversation/step.ts';
import { tapData } from '#services/bot/conversation/taps.ts';
import { MENU } from '#services/bot/features/menu/dialog.ts';
import type { Input } from '#services/bot/incoming.ts';
import type { Person } from '#services/bot/person.ts';
import { typed } from '#test/support/typed.ts';
import { dialogs, habitId, people } from '../every-dialog.ts';
import { reference, settled, TODAY, withHabit } from './fixture.ts';

const command = (name: string): Input => ({ kind: 'command', name });
const tapped = (data: string): Input => ({
  kind: 'tap',
  callbackId: 'c',
  data,
  message: { messageId: 3, data: [data] },
});

/** What people do beside a question, none of which answers or replaces it. */
const SIDE_STEPS: Record<string, Input> = {
  ...Object.fromEntries(
    ['start', 'premium', 'paysupport', ...MENU]
      .filter((name) => name !== 'new' && name !== 'cancel')
      .map((name) => [`/${name}`, command(name)]),
  ),
  'a file': { kind: 'document', file: { fileId: 'f', name: 'x.png' }, messageId: 4 },
  'an unknown command': command('frobnicate'),
  'a voice message': { kind: 'attachment' },
  'Today under another message': tapped(tapData({ tap: 'today', page: 0 })),
  'the settings under another message': tapped(tapData({ tap: 'settings' })),
  'Day start under another message': tapped(tapData({ tap: 'dayStart' })),
  'a language under another message': tapped(tapData({ tap: 'language', locale: 'en' })),
  'a habit under another message': tapped(tapData({ tap: 'habit', habitId })),
  'a button that is gone': tapped('gone'),
};

/** `Read` is done on another day than the one that a dialog asks about. */
const OTHER_DAY = tapped(habitButtonData({ action: 'done', habitId, on: '2026-11-24' }));

function after(dialog: Dialog, input: Input, person: Person): Step {
  return next(dialog, { input, locale: 'en', newHabitId: habitId, reference }, person);
}

const open = dialogs.filter(({ at }) => at !== 'idle');
const cases = open.flatMap((dialog) =>
  Object.entries({ ...SIDE_STEPS, 'Done for yesterday': OTHER_DAY }).map(
    ([name, input]) => [dialog.at, 'step' in dialog ? dialog.step : '', name, dialog, input] as const,
  ),
);

test.each(cases)('%s %s stays open after %s', (_at, _step, _name, dialog, input) => {
  for (const person of people) {
    const step = after(dialog, input, person);
    const line = questionOf(dialog, person)?.line;
    expect(step.dialog).toEqual(dialog);
    expect(step.shows.length).toBeLessThanOrEqual(1);
    const [show] = step.shows;
    if (show?.place !== 'anew' || !line) continue;
    // It is said in the same message, with ways to answer and to call it off.
    expect(show.below?.line).toEqual(line);
    const { text, reply_markup: markup } = render(show, person, reference.places);
    expect(text.split('\n').length).toBeGreaterThan(1);
    const rows = markup && 'inline_keyboard' in markup ? markup.inline_keyboard : [];
    expect(rows.at(-1)).toHaveLength(2);
  }
});

test.each(open.map((dialog) => [dialog.at, dialog] as const))(
  '%s is asked in full again where it was said, and can be called off there',
  (_at, dialog) => {
    const [person] = people;
    if (!person) throw new Error('nobody');
    const drop = tapData({ tap: 'drop', screen: 'today', at: dialog.at });
    const other = tapData({ tap: 'drop', screen: 'today', at: 'elsewhere' });
    expect(after(dialog, tapped(other), person)).toMatchObject({ dialog, toast: { key: 'toast-stale' } });
    const again = after(dialog, tapped(tapData({ tap: 'goOn' })), person);
    expect(again.dialog).toEqual(dialog);
    expect(again.shows).toEqual([{ place: 'here', screen: questionOf(dialog, person)?.screen }]);
    const dropped = after(dialog, tapped(drop), person);
    expect(dropped).toMatchObject({
      dialog: { at: 'idle' },
      shows: [{ place: 'here', screen: { screen: 'today' } }],
      toast: { key: 'cancelled' },
    });
    expect(after(dropped.dialog, tapped(drop), person).toast).toEqual({
      key: 'toast-stale',
    });
  },
);

test('the location keyboard stays until there is a timezone: nothing beside the question takes it away', () => {
  const { person } = settled();
  const newcomer = { ...person, account: { ...person.account, timezone: null } };
  const asked: Dialog = { at: 'choosingTimezone', first: true };
  for (const input of [...Object.values(SIDE_STEPS), command('cancel'), command('new')]) {
    const step = after(asked, input, newcomer);
    expect(step.dialog).toEqual(asked);
    for (const show of step.shows) {
      const { reply_markup: markup } = render(show, newcomer, reference.places);
      expect(markup ?? {}).not.toHaveProperty('remove_keyboard');
    }
  }
  expect(after(asked, { kind: 'text', text: typed('Europe/London') }, newcomer).commands).toMatchObject([
    { command: { type: 'ChangeTimezone', data: { timezone: 'Europe/London' } } },
  ]);
});

test('/start, /help, a voice message, then the city', () => {
  const conversation = withHabit();
  conversation.tap({ tap: 'rename', habitId: conversation.habitId });
  const { shows } = conversation.say('/today');
  expect(conversation.seen({ dialog: conversation.dialog, commands: [], shows })[0]?.text).toContain(
    'Still waiting: what should “Read” be called?',
  );
  conversation.input({ kind: 'attachment' });
  conversation.say('Books');
  expect(conversation.person.habits[0]?.state.name).toBe('Books');
});

test('/new beside a habit in the making offers to go on with it or to start over', () => {
  const conversation = settled();
  conversation.say('/new');
  expect(conversation.say('/new').shows).toMatchObject([{ screen: { screen: 'draft', step: 'name' } }]);
  conversation.say('Read');
  const before = conversation.dialog;
  const offered = conversation.say('/new');
  expect(conversation.seen(offered)[0]?.text).toBe(
    '✨ You’ve already begun “Read”. Continue with it, or start over?',
  );
  expect(conversation.dialog).toEqual(before);
  expect(conversation.tap({ tap: 'resumeDraft' }).dialog).toEqual(before);
  expect(conversation.tap({ tap: 'startOver' }).dialog).toEqual({
    at: 'newHabit',
    step: 'name',
    draft: { weekdays: [], times: [] },
  });
});

test('a habit in the making waits while something else is asked, and is taken up again after it', () => {
  const conversation = withHabit();
  const { habitId: read } = conversation;
  conversation.say('/new');
  conversation.say('Walk');
  const draft = conversation.dialog;
  const asked = conversation.tap({ tap: 'rename', habitId: read });
  expect(asked.shows).toMatchObject([{ above: { key: 'draft-kept', args: { name: 'Walk' } } }]);
  expect(conversation.say('/new').shows).toMatchObject([{ screen: { screen: 'unfinished', name: 'Walk' } }]);
  expect(conversation.dialog.at).toBe('renaming');
  const renamed = conversation.say('Books');
  expect(renamed.shows).toMatchObject([
    { screen: { screen: 'habit' }, below: { line: { key: 'still-habit', args: { name: 'Walk' } } } },
  ]);
  expect(conversation.dialog).toEqual(draft);
  expect(conversation.say('/cancel').dialog).toEqual({ at: 'idle' });
});

test('another question takes the place of one without words of its own, and that is said', () => {
  const conversation = withHabit();
  conversation.tap({ tap: 'rename', habitId: conversation.habitId });
  const { shows, dialog } = conversation.tap({ tap: 'quiet' });
  expect(dialog).toEqual({ at: 'settingQuietHours' });
  expect(shows).toMatchObject([{ above: { key: 'question-dropped' } }]);
  conversation.tap({ tap: 'changeZone' });
  expect(conversation.say('/new Walk at 8').shows).toMatchObject([{ above: { key: 'question-dropped' } }]);
});

test('on its own message a question about the settings ends with the way back, on others it does not', () => {
  const conversation = settled();
  const { shows } = conversation.tap({ tap: 'quiet' });
  const markup = conversation.seen({ dialog: conversation.dialog, commands: [], shows })[0]?.reply_markup;
  const rows = markup && 'inline_keyboard' in markup ? markup.inline_keyboard : [];
  const data = rows.flat().flatMap((each) => ('callback_data' in each ? each.callback_data : []));
  expect(conversation.tap({ tap: 'settings' }, { messageId: 8, data: ['settings'] }).dialog.at).toBe(
    'settingQuietHours',
  );
  expect(conversation.tap({ tap: 'settings' }, { messageId: 7, data }).dialog.at).toBe('idle');
});

test('an amount that is asked for in a list is still asked for when the list is tapped elsewhere', () => {
  const conversation = withHabit('numeric');
  const message = { messageId: 9, data: [] };
  const day = { habitId: conversation.habitId, on: TODAY, page: 0 };
  conversation.tap({ tap: 'dayDone', ...day }, message);
  const { shows, dialog } = conversation.tap({ tap: 'today', page: 0 }, message);
  expect(dialog.at).toBe('enteringAmount');
  expect(shows).toMatchObject([{ below: { line: { key: 'still-amount' } } }]);
});
