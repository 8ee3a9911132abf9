import { expect, test } from 'vitest';
import type { Step } from '#services/bot/conversation/step.ts';
import { converse, settled } from '../../conversation/fixture.ts';

const set = (timezone: string) => [
  { to: 'account', command: { type: 'ChangeTimezone', data: { timezone } } },
];

/** A newcomer is offered a first habit, below where they are and a tip. */
const OFFERED = { at: 'newHabit', step: 'name', draft: { weekdays: [], times: [] }, offered: true };
const OFFER = { place: 'anew', screen: { screen: 'firstHabit' } };
const firstSteps = (withZone: boolean, place: string) => ({
  place: 'anew',
  screen: { screen: 'firstSteps', withZone, place },
});

test('Start registers in Telegram’s language and asks where the person is', () => {
  for (const locale of ['en', 'ru'] as const) {
    const conversation = converse();
    expect(conversation.input({ kind: 'command', name: 'start' }, locale)).toEqual({
      dialog: { at: 'choosingTimezone', first: true },
      commands: [{ to: 'account', command: { type: 'RegisterAccount', data: { locale } } }],
      shows: [{ place: 'anew', screen: { screen: 'askTimezone', why: 'welcome' } }],
    });
  }
});

test('whatever a person does first, they are welcomed', () => {
  for (const text of ['hello', '/today', '/settings', '/frobnicate']) {
    const conversation = converse();
    conversation.say(text);
    expect(conversation.events).toEqual([{ type: 'AccountRegistered', data: { locale: 'en' } }]);
    expect(conversation.dialog).toEqual({ at: 'choosingTimezone', first: true });
  }
  const forger = converse();
  expect(forger.tap('done:aaaaaaaaaaaaa:2026-11-25').shows[0]?.screen).toEqual({
    screen: 'askTimezone',
    why: 'welcome',
  });
});

test.each([
  ['Berlin', 'Europe/Berlin', 'Berlin, Germany'],
  ['Берлин', 'Europe/Berlin', 'Berlin, Germany'],
  ['москва ', 'Europe/Moscow', 'Moscow, Russia'],
  ['Yekaterinburg', 'Asia/Yekaterinburg', 'Yekaterinburg, Russia'],
  ['Nizhny Novgorod', 'Europe/Moscow', 'Nizhniy Novgorod, Russia'],
  ['new york', 'America/New_York', 'New York City, USA'],
  ['NYC', 'America/New_York', 'New York City, USA'],
  ['Köln', 'Europe/Berlin', 'Köln, Germany'],
  ['Bombay', 'Asia/Kolkata', 'Bombay, India'],
  ['Berlin, Germany', 'Europe/Berlin', 'Berlin, Germany'],
  ['Berlin Germany', 'Europe/Berlin', 'Berlin, Germany'],
  ['I live in Berlin!', 'Europe/Berlin', 'Berlin, Germany'],
  ['I’m in Portland, Oregon', 'America/Los_Angeles', 'Portland, Oregon, USA'],
  ['Portland, OR', 'America/Los_Angeles', 'Portland, Oregon, USA'],
  ['Berlin · 10:30', 'Europe/Berlin', 'Berlin, Germany'],
  ['europe/berlin', 'Europe/Berlin', 'Berlin, Germany'],
  ['Asia/Calcutta', 'Asia/Kolkata', 'Kolkata, India'],
  ['UTC', 'UTC', 'UTC'],
])('%s is enough', (text, timezone, place) => {
  const conversation = converse();
  conversation.say('/start');
  expect(conversation.say(text)).toEqual({
    dialog: OFFERED,
    commands: set(timezone),
    shows: [firstSteps(true, place), OFFER],
  });
});

test.each([
  ['я живу в Берлине', 'Берлин, Германия: сейчас там 10:30 (UTC+01:00)'],
  ['в Нижнем Новгороде', 'Нижний Новгород, Россия: сейчас там 12:30 (UTC+03:00)'],
  ['из Казани', 'Казань, Россия: сейчас там 12:30 (UTC+03:00)'],
  ['барселона, испания', 'Барселона, Испания: сейчас там 10:30 (UTC+01:00)'],
  ['г. Химки', 'Химки, Россия: сейчас там 12:30 (UTC+03:00)'],
  ['сан-франциско', 'Сан-Франциско, США: сейчас там 01:30 (UTC-08:00)'],
  ['севастополь', '🌍 Севастополь: сейчас там 12:30 (UTC+03:00)'],
])('%s is confirmed in Russian', (text, said) => {
  const conversation = russian();
  expect(conversation.seen(conversation.say(text))[0]?.text).toContain(said);
});

const russian = () => {
  const conversation = converse();
  conversation.input({ kind: 'command', name: 'start' }, 'ru');
  return conversation;
};

const offered = (step: Step) => {
  const screen = step.shows[0]?.screen;
  return screen?.screen === 'zones'
    ? { means: screen.means, zones: screen.zones.map(({ timezone }) => timezone) }
    : undefined;
};

test.each([
  ['a name that many places have', 'Birmingham', 'place', ['Europe/London', 'America/Chicago']],
  ['a country', 'Georgia', 'place', ['Asia/Tbilisi', 'America/New_York']],
  ['a country with one clock', 'Germany', 'place', ['Europe/Berlin']],
  ['a country with many', 'USA', 'place', ['America/New_York', 'America/Los_Angeles', 'America/Chicago']],
  ['a slip', 'Brlin', 'place', ['Europe/Berlin']],
  ['a small town', 'Kiruna', 'place', ['Europe/Stockholm']],
  ['an abbreviation', 'EST', 'abbreviation', ['America/New_York']],
  ['another', 'bst', 'abbreviation', ['Europe/London', 'Asia/Dhaka']],
  ['another', 'MST', 'abbreviation', ['America/Denver', 'America/Phoenix']],
  ['another', 'ist', 'abbreviation', ['Asia/Kolkata', 'Europe/Dublin', 'Asia/Jerusalem']],
  ['a distance', 'UTC+3', 'clock', ['Europe/Istanbul', 'Europe/Moscow']],
  ['a distance', 'gmt +5:45', 'clock', ['Asia/Kathmandu']],
  ['a clock', '15:05', 'clock', ['Asia/Kolkata', 'Asia/Colombo']],
  ['a clock', "it's 4:29 am", 'clock', ['America/New_York', 'America/Lima']],
])('%s, %s, is only offered', (_what, text, means, zones) => {
  const conversation = converse();
  conversation.say('/start');
  const step = conversation.say(text);
  expect(step.commands).toEqual([]);
  expect(offered(step)?.means).toBe(means);
  expect(offered(step)?.zones.slice(0, zones.length)).toEqual(zones);
  expect(conversation.dialog).toMatchObject({ at: 'choosingTimezone', first: true });
});

test('Moscow’s clock is one to count from, and Russian cities come first', () => {
  expect(offered(russian().say('мск+2'))).toMatchObject({
    means: 'clock',
    zones: expect.arrayContaining(['Asia/Yekaterinburg']),
  });
  expect(offered(russian().say('мск+2'))?.zones[0]).toBe('Asia/Yekaterinburg');
  expect(offered(russian().say('мск'))).toMatchObject({
    means: 'abbreviation',
    zones: ['Europe/Moscow', 'Europe/Minsk'],
  });
});

test('what is offered says its clock, and is called so when it is chosen', () => {
  const conversation = converse();
  conversation.say('/start');
  const [asked] = conversation.seen(conversation.say('Kiruna'));
  expect(asked?.text).toBe('🌍 Kiruna, Sweden: it’s 10:30 there now. Is that right?');
  expect(JSON.stringify(asked?.reply_markup)).toContain('Yes, it’s 10:30');
  const step = conversation.tap({ tap: 'zone', timezone: 'Europe/Stockholm' });
  expect(step).toEqual({
    dialog: OFFERED,
    commands: set('Europe/Stockholm'),
    shows: [
      { place: 'here', screen: { screen: 'timezoneSet', place: 'Kiruna, Sweden' } },
      firstSteps(false, 'Kiruna, Sweden'),
      OFFER,
    ],
  });
  expect(conversation.seen(step)[0]?.text).toContain('🌍 Kiruna, Sweden: it’s 10:30 there now (UTC+01:00)');
});

test('an abbreviation is explained', () => {
  const conversation = converse();
  conversation.say('/start');
  expect(conversation.seen(conversation.say('est'))[0]?.text).toContain('“EST” can mean different times');
});

const NO_PLACES =
  'Qwertyuiop, Europe/Nowhere, 🙂, \u200b, <b>, __proto__, constructor, 9, hello, Hi!, привет, yes, нет, coffee, GMT-5:30, UTC+25';
test.each([...NO_PLACES.split(', '), 'x'.repeat(4096), 'a '.repeat(60)])(
  '%j is answered with what to try instead',
  (text) => {
    const conversation = converse();
    conversation.say('/start');
    const step = conversation.say(text);
    expect(step).toEqual({
      dialog: { at: 'choosingTimezone', first: true },
      commands: [],
      shows: [{ place: 'anew', screen: { screen: 'clocks' }, above: { key: 'place-unknown' } }],
    });
    expect(conversation.seen(step)[0]?.text).toContain('“Berlin”');
  },
);

test('the clock leads to zones that show it', () => {
  const conversation = converse();
  conversation.say('/start');
  const clocks = conversation.say('🕐 Choose by my clock');
  const [shown] = conversation.seen(clocks);
  const keyboard = shown?.reply_markup;
  const rows = keyboard && 'inline_keyboard' in keyboard ? keyboard.inline_keyboard : [];
  expect(rows.map((row) => row.length)).toEqual([4, 4, 4, 3]);
  expect(JSON.stringify(rows)).toContain('{"text":"09:30","callback_data":"clock:0"}');
  const later = conversation.tap({ tap: 'clocksPage', page: 2 });
  expect(JSON.stringify(conversation.seen(later)[0]?.reply_markup)).toContain('"callback_data":"clock:720"');
  const zones = conversation.tap({ tap: 'clock', offset: 345 });
  expect(offered(zones)).toEqual({ means: 'clock', zones: ['Asia/Kathmandu'] });
  expect(conversation.tap({ tap: 'clock', offset: 1 }).toast).toEqual({ key: 'toast-stale' });
});

test.each(['en', 'ru'] as const)(
  'in %s the first question has buttons for likely places: one tap is enough',
  (locale) => {
    const begun = () => {
      const conversation = converse();
      return { conversation, step: conversation.input({ kind: 'command', name: 'start' }, locale) };
    };
    const { conversation, step } = begun();
    const keyboard = conversation.seen(step)[0]?.reply_markup;
    const rows = keyboard && 'keyboard' in keyboard ? keyboard.keyboard.flat() : [];
    const likely = rows
      .map((each) => (typeof each === 'string' ? each : each.text))
      .filter((text) => text.includes(' · '));
    expect(likely).toContain(locale === 'ru' ? 'Москва · 12:30' : 'New York · 04:30');
    expect(likely).toHaveLength(4);
    for (const text of likely) expect(begun().conversation.say(text).commands).toHaveLength(1);
  },
);

test('a forged zone is refused', () => {
  const conversation = settled();
  expect(conversation.tap('zone:Mars/Olympus')).toEqual({
    dialog: { at: 'idle' },
    commands: [],
    shows: [],
    toast: { key: 'toast-unknown' },
  });
});

test('until there is a zone, everything else waits for it', () => {
  const conversation = converse();
  conversation.say('/start');
  for (const command of ['/new', '/today', '/habits']) {
    expect(conversation.say(command).shows[0]?.screen).toEqual({ screen: 'askTimezone', why: 'needed' });
    expect(conversation.dialog).toEqual({ at: 'choosingTimezone', first: true });
  }
  expect(conversation.say('/help').shows[0]?.screen).toEqual({ screen: 'help' });
  expect(conversation.say('Berlin').commands).toEqual(set('Europe/Berlin'));
});

test('a zone is changed in the settings', () => {
  const conversation = settled();
  expect(conversation.tap({ tap: 'changeZone' })).toEqual({
    dialog: { at: 'choosingTimezone', first: false },
    commands: [],
    shows: [{ place: 'here', screen: { screen: 'askTimezone', why: 'change' } }],
  });
  expect(conversation.say('Tokyo')).toEqual({
    dialog: { at: 'idle' },
    commands: set('Asia/Tokyo'),
    shows: [{ place: 'anew', screen: { screen: 'timezoneSet', place: 'Tokyo, Japan' } }],
  });
});
