import { expect, test } from 'vitest';
import { type Conversation, settled, TODAY, withHabit } from '../../conversation/fixture.ts';
import { having } from './fixture.ts';

const YESTERDAY = '2026-11-24';

/** Texts of the buttons of a step's first screen. */
const labels = (conversation: Conversation, step: ReturnType<Conversation['say']>) => {
  const markup = conversation.seen(step)[0]?.reply_markup;
  return (markup && 'inline_keyboard' in markup ? markup.inline_keyboard : []).map((row) =>
    row.map(({ text }) => text).join(' | '),
  );
};

test('amounts add up by taps, and each tap says what the day holds then', () => {
  const conversation = having('Water 8 glasses');
  const [water = ''] = conversation.ids;
  const tap = (data: string) => conversation.tap(data, { messageId: 5, data: [] });
  const first = tap(`add:${water}:${TODAY}:1`);
  expect(first.toast).toEqual({ key: 'amount-of-target', args: { value: 1, target: 8, unit: 'glasses' } });
  expect(conversation.seen(first)[0]?.text).toBe('🔸 Water\n1 of 8 glasses');
  tap(`add:${water}:${TODAY}:4`);
  const all = tap(`amount:${water}:${TODAY}:8`);
  expect(conversation.seen(all)[0]?.text).toBe('✅ Water\n8 of 8 glasses\n🌱 Day one of a new streak');
  expect(tap(`amount:${water}:${TODAY}:8`).toast).toEqual({ key: 'toast-already' });
  expect(conversation.events.map(({ data }) => data)).toEqual([
    { on: TODAY, value: 1 },
    { on: TODAY, value: 5 },
    { on: TODAY, value: 8 },
  ]);
});

test('what is typed with a plus is added; with a unit of measure it is converted', () => {
  const conversation = having('Water 8 glasses', 'Swim 2 km');
  const [swim = '', water = ''] = conversation.ids;
  conversation.tap(`other:${water}:${TODAY}`);
  conversation.say('3 glasses');
  conversation.tap(`other:${water}:${TODAY}`);
  conversation.say('+2');
  conversation.tap(`other:${swim}:${TODAY}`);
  expect(conversation.say('1,5 k').shows[0]?.screen).toMatchObject({ phrase: { key: 'amount-unreadable' } });
  conversation.say('500 m');
  expect(conversation.events.map(({ data }) => data)).toEqual([
    { on: TODAY, value: 3 },
    { on: TODAY, value: 5 },
    { on: TODAY, value: 0.5 },
  ]);
});

test('not today: a no, and for an amount the end of its day; Undo opens it again with what it held', () => {
  const conversation = having('Read', 'Water 8 glasses');
  const [read, water] = conversation.ids;
  expect(conversation.tap(`no:${read}:${TODAY}`).toast).toEqual({ key: 'toast-no' });
  conversation.tap(`add:${water}:${TODAY}:3`);
  const no = conversation.tap(`no:${water}:${TODAY}`);
  expect(conversation.seen(no)[0]?.text).toBe('✖️ Water\nNot today. That’s fine!\n3 of 8 glasses');
  expect(conversation.tap(`no:${water}:${TODAY}`).toast).toEqual({ key: 'toast-already' });
  const undone = conversation.tap(`undo:${water}:${TODAY}`);
  expect(conversation.seen(undone)[0]?.text).toBe('🔸 Water\n3 of 8 glasses');
  expect(conversation.events).toEqual([
    { type: 'HabitCheckedIn', data: { on: TODAY, value: 0 } },
    { type: 'HabitCheckedIn', data: { on: TODAY, value: 3 } },
    { type: 'DayClosed', data: { on: TODAY, value: 3 } },
    { type: 'HabitCheckedIn', data: { on: TODAY, value: 3 } },
  ]);
});

test.each([
  ['skip', 'Read', 'Read is already marked done for this day. Change it?'],
  ['no', 'Read', 'Read is already marked done for this day. Change it?'],
  ['skip', 'Water 8 glasses', 'Water already has 8 of 8 glasses for this day. Change it?'],
  ['no', 'Water 8 glasses', 'Water already has 8 of 8 glasses for this day. Change it?'],
])('%s under an older reminder of %s asks before it undoes what is done', (action, name, question) => {
  const conversation = having(name);
  const [id] = conversation.ids;
  conversation.tap(name === 'Read' ? `done:${id}:${TODAY}` : `amount:${id}:${TODAY}:8`);
  const asked = conversation.tap(`${action}:${id}:${TODAY}`);
  expect(asked.commands).toEqual([]);
  expect(conversation.seen(asked)[0]?.text).toContain(question);
  const back = conversation.tap(`show:${id}:${TODAY}`);
  expect(conversation.seen(back)[0]?.text).toMatch(/^✅/);
  const changed = conversation.tap(`${action}Anyway:${id}:${TODAY}`);
  expect(conversation.seen(changed)[0]?.text).toMatch(action === 'skip' ? /^⏭/ : /^✖️/);
});

test('a reminder of several habits: all done with one tap, what is counted with its target', () => {
  const conversation = having('Read', 'Walk', 'Water 8 glasses');
  const data = conversation.ids.map((id) => `done:${id}:${TODAY}`);
  conversation.tap(`skip:${conversation.ids[1]}:${TODAY}`, { messageId: 5, data });
  const all = conversation.tap('card:doneAll', { messageId: 5, data });
  expect(all.toast).toEqual({ key: 'toast-all-done' });
  expect(conversation.seen(all)[0]?.text).toBe(
    '🎉 All answered\n\n✅ Read\n⏭ Walk, skipped\n✅ Water · 8 of 8 glasses',
  );
  expect(conversation.tap('card:doneAll', { messageId: 5, data }).toast).toEqual({ key: 'toast-already' });
  expect(conversation.tap('card:doneAll', { messageId: 5, data: [] }).toast).toEqual({ key: 'toast-stale' });
});

test('all of them later, by a button or by words; a single one by its name', () => {
  const conversation = having('Read', 'Walk', 'Yoga');
  const data = conversation.ids.map((id) => `done:${id}:${TODAY}`);
  const message = { messageId: 5, data };
  conversation.tap(`done:${conversation.ids[0]}:${TODAY}`, message);
  expect(conversation.tap('card:laterAll', message).dialog).toMatchObject({ at: 'snoozing', all: true });
  expect(conversation.say('in 1 h').commands).toHaveLength(2);
  conversation.tap('card:laterAll', message);
  const step = conversation.tap('card:waitAll:15m', message);
  expect(step.dialog).toEqual({ at: 'idle' });
  expect(step.commands).toHaveLength(2);
  expect(conversation.seen(step)[0]?.text).toBe(
    '⏰ 2 habits to do\n\n✅ Read\n💤 Walk · until 10:45\n💤 Yoga · until 10:45',
  );
  const choosing = conversation.tap('card:chooseLater', message);
  expect(labels(conversation, choosing)).toEqual(['✅ Read | 💤 Walk', '💤 Yoga', '‹ Back']);
});

test('a note, beside any answer: asked for, shown, changed and taken away', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  conversation.tap(`note:${habitId}:${TODAY}`, { messageId: 5, data: [] });
  expect(conversation.dialog).toMatchObject({ at: 'noting' });
  expect(conversation.say('x'.repeat(501)).shows[0]?.screen).toMatchObject({ phrase: { key: 'note-long' } });
  const noted = conversation.say('ten pages\n\nin the \u202etrain');
  expect(noted.shows.map(({ place }) => place)).toEqual([{ messageId: 5 }, 'anew']);
  expect(conversation.seen(noted)[0]?.text).toBe('⏰ Read\n📝 ten pages\nin the train');
  conversation.tap(`note:${habitId}:${TODAY}`);
  conversation.say('–');
  expect(conversation.events.map(({ data }) => data)).toEqual([
    { on: TODAY, note: 'ten pages\nin the train' },
    { on: TODAY, note: null },
  ]);
});

test('yesterday is one tap away, and says so; days in the future are not offered', () => {
  const conversation = having('Read', 'Walk');
  const today = conversation.say('/today');
  expect(labels(conversation, today)).toEqual([
    '⬜ Read | ⬜ Walk',
    '✅ Done all',
    '‹ Yesterday | 📆 Other day',
  ]);
  const list = conversation.tap(`dayList:${YESTERDAY}:0`);
  expect(conversation.seen(list)[0]?.text).toMatch(/^📅 Tuesday, November 24 · yesterday\n0 of 2 done/);
  expect(labels(conversation, list).at(-1)).toBe('📆 Other day | 📅 Today');
  const done = conversation.tap(`dayAll:${YESTERDAY}:0`);
  expect(conversation.seen(done)[0]?.text).toContain('2 of 2 done');
  expect(conversation.events.map(({ data }) => data)).toEqual([
    { on: YESTERDAY, value: 1 },
    { on: YESTERDAY, value: 1 },
  ]);
  expect(conversation.tap('dayList:2026-11-26:0').toast).toEqual({ key: 'refusal-InTheFuture' });
});

test('in the night before the day starts, the list says which day the answers count for', () => {
  const conversation = settled(Date.parse('2026-11-29T23:30:00Z'));
  conversation.tap({ tap: 'dayStartsAt', at: '04:00' });
  conversation.say('/new Read daily, no reminders');
  conversation.tap({ tap: 'create' });
  const step = conversation.say('/today');
  expect(conversation.seen(step)[0]?.text).toMatch(
    /^📅 Sunday, November 29\n🌙 It’s still this day for you until 04:00\.\n/,
  );
});

test('a month as buttons: at most 42 days with marks, and each of them can be answered', () => {
  const conversation = having('Read', 'Water 8 glasses');
  const [read = '', water = ''] = conversation.ids;
  conversation.tap(`done:${read}:2026-11-02`);
  conversation.tap(`skip:${read}:2026-11-03`);
  conversation.tap(`no:${read}:2026-11-04`);
  conversation.tap(`add:${water}:2026-11-04:3`);
  const all = conversation.tap(`month:${TODAY}`);
  expect(conversation.seen(all)[0]?.text).toMatch(/^📆 November 2026\n/);
  const rows = labels(conversation, all);
  expect(rows.slice(0, 3)).toEqual([
    '· | · | · | · | · | · | 1',
    '2~ | 3~ | 4~ | 5 | 6 | 7 | 8',
    '9 | 10 | 11 | 12 | 13 | 14 | 15',
  ]);
  expect(rows.slice(5)).toEqual(['· | · | · | · | · | · | ·', '‹ Earlier', '📅 Today']);
  const one = conversation.tap(`habitMonth:${read}:${TODAY}`);
  expect(labels(conversation, one)[1]).toBe('2✓ | 3» | 4✗ | 5 | 6 | 7 | 8');
  const day = conversation.tap(`habitOn:${read}:2026-10-31`);
  expect(conversation.seen(day)[0]?.text).toMatch(/^📅 Saturday, October 31\n/);
  expect(labels(conversation, day)[0]).toBe('✅ Done | ✖️ Not today');
  conversation.tap(`dayDone:${read}:2026-10-31:0`);
  expect(conversation.events.at(-1)).toEqual({
    type: 'HabitCheckedIn',
    data: { on: '2026-10-31', value: 1 },
  });
  expect(labels(conversation, conversation.tap('month:2026-10-01'))[4]).toMatch(/31~/);
  expect(labels(conversation, conversation.tap('month:2026-02-14')).at(-2)).toBe('‹ Earlier | Later ›');
  for (const forged of [
    'month:0001-01-01',
    'habitOn:zzzzzzzzzzzzz:2026-11-01',
    'habitMonth:zzzzzzzzzzzzz:2026-11-01',
  ])
    expect(conversation.tap(forged).toast).toBeDefined();
});
