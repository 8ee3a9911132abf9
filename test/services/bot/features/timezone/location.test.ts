import { expect, test } from 'vitest';
import type { Step } from '#services/bot/conversation/step.ts';
import { converse, settled } from '../../conversation/fixture.ts';

const set = (timezone: string) => [
  { to: 'account', command: { type: 'ChangeTimezone', data: { timezone } } },
];

const offered = (step: Step) => {
  const screen = step.shows[0]?.screen;
  return screen?.screen === 'zones'
    ? { means: screen.means, zones: screen.zones.map(({ timezone }) => timezone) }
    : undefined;
};

const locationIn = (latitude: number, longitude: number) => {
  const conversation = converse();
  conversation.say('/start');
  return conversation.input({ kind: 'location', latitude, longitude });
};

test('a location gives its zone', () => {
  expect(locationIn(55.75, 37.62).commands).toEqual(set('Europe/Moscow'));
  expect(locationIn(52.52, 13.4).shows[0]?.screen).toEqual({ screen: 'firstSteps', withZone: true });
  expect(locationIn(999, 0).shows[0]?.above).toEqual({ key: 'place-unknown' });
});

test.each([
  ['Muonionalusta, between Sweden and Finland', 67.967, 23.683, ['Europe/Helsinki', 'Europe/Stockholm']],
  ['Haparanda', 65.835, 24.137, ['Europe/Helsinki', 'Europe/Stockholm']],
  ['Tui, between Spain and Portugal', 42.047, -8.644, ['Europe/Lisbon', 'Europe/Madrid']],
  [
    'Coolangatta, where clocks differ in summer only',
    -28.168,
    153.537,
    ['Australia/Brisbane', 'Australia/Sydney'],
  ],
  ['Ivangorod', 59.377, 28.223, ['Europe/Moscow', 'Europe/Tallinn']],
])('at a border both clocks are shown: %s', (_where, latitude, longitude, zones) => {
  const step = locationIn(latitude, longitude);
  expect(step.commands).toEqual([]);
  expect(offered(step)?.means).toBe('border');
  expect(offered(step)?.zones.toSorted()).toEqual(zones);
});

test('a location out of the blue is only offered', () => {
  const conversation = settled();
  const step = conversation.input({ kind: 'location', latitude: 55.75, longitude: 37.62 });
  expect(step.commands).toEqual([]);
  expect(step.shows[0]?.screen).toEqual({
    screen: 'zones',
    zones: [{ label: 'Moscow, Russia', timezone: 'Europe/Moscow' }],
    means: 'place',
  });
});
