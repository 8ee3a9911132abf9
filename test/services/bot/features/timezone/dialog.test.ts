import { expect, test } from 'vitest';
import { converse, reference, settled } from '../../conversation/fixture.ts';

const set = (timezone: string) => [
  { to: 'account', command: { type: 'ChangeTimezone', data: { timezone } } },
];

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
  ['Berlin', 'Europe/Berlin'],
  ['Берлин', 'Europe/Berlin'],
  ['Москва', 'Europe/Moscow'],
  ['москва ', 'Europe/Moscow'],
  ['Екатеринбург', 'Asia/Yekaterinburg'],
  ['Yekaterinburg', 'Asia/Yekaterinburg'],
  ['Нижний Новгород', 'Europe/Moscow'],
  ['Париж', 'Europe/Paris'],
  ['new york', 'America/New_York'],
  ['Germany', 'Europe/Berlin'],
  ['Германия', 'Europe/Berlin'],
  ['europe/berlin', 'Europe/Berlin'],
  ['Asia/Calcutta', 'Asia/Kolkata'],
  ['UTC', 'UTC'],
])('%s is enough', (text, timezone) => {
  const conversation = converse();
  conversation.say('/start');
  expect(conversation.say(text)).toEqual({
    dialog: { at: 'idle' },
    commands: set(timezone),
    shows: [{ place: 'anew', screen: { screen: 'firstSteps', withZone: true } }],
  });
});

test('a name that many places have is asked back', () => {
  const conversation = converse();
  conversation.say('/start');
  const step = conversation.say('London');
  expect(step.shows[0]?.screen).toMatchObject({
    screen: 'zones',
    zones: [
      { label: 'London, United Kingdom', timezone: 'Europe/London' },
      { label: 'London, Canada', timezone: 'America/Toronto' },
      { timezone: 'America/New_York' },
    ],
  });
  expect(conversation.dialog).toEqual({ at: 'choosingTimezone', first: true });
  expect(conversation.tap({ tap: 'zone', timezone: 'Europe/London' })).toEqual({
    dialog: { at: 'idle' },
    commands: set('Europe/London'),
    shows: [
      { place: 'here', screen: { screen: 'timezoneSet' } },
      { place: 'anew', screen: { screen: 'firstSteps', withZone: false } },
    ],
  });
});

test.each(['Narnia', 'Europe/Nowhere', '+03:00', '🙂', '\u200b', 'x'.repeat(4096), '<b>', '__proto__', '9'])(
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
    expect(conversation.seen(step)[0]?.text).toContain('Europe/Berlin');
  },
);

test('a location gives its zone', () => {
  const conversation = converse();
  conversation.say('/start');
  const step = conversation.input({ kind: 'location', latitude: 55.75, longitude: 37.62 });
  expect(step.commands).toEqual(set('Europe/Moscow'));
  const nowhere = converse();
  nowhere.say('/start');
  expect(nowhere.input({ kind: 'location', latitude: 999, longitude: 0 }).shows[0]?.above).toEqual({
    key: 'place-unknown',
  });
});

test('a location out of the blue is only offered', () => {
  const conversation = settled();
  const step = conversation.input({ kind: 'location', latitude: 55.75, longitude: 37.62 });
  expect(step.commands).toEqual([]);
  expect(step.shows[0]?.screen).toEqual({
    screen: 'zones',
    zones: [{ label: 'Europe/Moscow', timezone: 'Europe/Moscow' }],
  });
});

test('the clock leads to zones that show it', () => {
  const conversation = converse();
  conversation.say('/start');
  const clocks = conversation.say('🕐 Choose by my clock');
  const buttons = conversation.seen(clocks)[0]?.reply_markup;
  expect(JSON.stringify(buttons)).toContain('{"text":"15:00","callback_data":"clock:330"}');
  const zones = conversation.tap({ tap: 'clock', offset: 345 });
  expect(zones.shows[0]?.screen).toEqual({
    screen: 'zones',
    zones: [{ label: 'Kathmandu, Nepal', timezone: 'Asia/Kathmandu' }],
  });
  expect(conversation.tap({ tap: 'clock', offset: 1 }).toast).toEqual({ key: 'toast-stale' });
});

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
  expect(conversation.say('Berlin').shows[0]?.screen).toEqual({ screen: 'askTimezone', why: 'needed' });
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
    shows: [{ place: 'anew', screen: { screen: 'timezoneSet' } }],
  });
});

test('every offset in use has zones to offer', () => {
  const { places } = reference;
  for (const instant of ['2026-01-15T00:00Z', '2026-07-15T00:00Z']) {
    const offsets = places.offsets(Date.parse(instant));
    expect(offsets.length).toBeGreaterThan(30);
    expect(offsets.length).toBeLessThan(60);
    for (const offset of offsets)
      expect(places.withOffset(offset, Date.parse(instant)).length).toBeGreaterThan(0);
  }
});
