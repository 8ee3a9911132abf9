import { expect, test } from 'vitest';
import { epochDayOf } from '#contracts/civil-date.ts';
import { isSettled } from '#services/bot/domain/reminding.ts';
import { localDateAt } from '#services/platform/local-time/local-time.ts';
import { offsetAt } from '#services/platform/local-time/zone-offsets.ts';
import { asHabitId } from '../../../../support/ids.ts';
import { withHabit } from '../../conversation/fixture.ts';

const HOUR_MS = 3_600_000;
const from = Date.parse('2026-11-24T00:00:00Z');

/** Zones with different clocks, west to east. */
const ZONES = Intl.supportedValuesOf('timeZone')
  .map((zone) => ({ zone, offset: offsetAt(from / 60_000, zone) }))
  .filter(({ offset }, at, all) => all.findIndex((other) => other.offset === offset) === at)
  .sort((a, b) => a.offset - b.offset);

test('no change of timezone leaves a date out, but for the 25 hours between the ends of the world', () => {
  const longest = new Set<string>();
  for (let hour = 0; hour < 24; hour++) {
    const nowMs = from + hour * HOUR_MS;
    for (const west of ZONES) {
      for (const east of ZONES) {
        const [before, after] = [west, east].map(({ zone }) => epochDayOf(localDateAt(nowMs, zone)));
        const dates = (after ?? 0) - (before ?? 0);
        if (Math.abs(dates) > 1) longest.add(`${west.offset}→${east.offset}`);
      }
    }
  }
  // Between Samoa or Niue and the Line Islands: 25 hours.
  expect(
    [...longest].every((each) => Math.abs(Number(each.split('→')[0]) - Number(each.split('→')[1])) > 24 * 60),
  ).toBe(true);
});

/** A person at an instant and a place, who flies there and says so. */
const fly = (conversation: ReturnType<typeof withHabit>, timezone: string) =>
  conversation.tap({ tap: 'zone', timezone });

test.each([
  [
    'eastwards over the date line, the next date is there at once',
    'Pacific/Honolulu',
    'Pacific/Kiritimati',
    1,
  ],
  ['westwards, the date is there again', 'Pacific/Kiritimati', 'Pacific/Honolulu', -1],
  ['Los Angeles to Tokyo', 'America/Los_Angeles', 'Asia/Tokyo', 1],
  ['Tokyo to Los Angeles', 'Asia/Tokyo', 'America/Los_Angeles', -1],
])('%s', (_what, home, abroad, days) => {
  // 20:00 UTC: noon in Los Angeles, ten in the morning in Hawaii, five in Tokyo.
  const conversation = withHabit('yesNo', Date.parse('2026-11-25T20:00:00Z'));
  fly(conversation, home);
  const { habitId } = conversation;
  const at = (days: number) =>
    new Date(Date.parse(conversation.person.today) + days * 86_400_000).toISOString().slice(0, 10);
  for (const before of [-3, -2, -1, 0]) conversation.tap(`done:${habitId}:${at(before)}`);
  const before = conversation.person.today;
  const step = fly(conversation, abroad);
  expect(epochDayOf(conversation.person.today) - epochDayOf(before)).toBe(days);
  expect(conversation.seen(step)[0]?.text).toContain('Your day is now');
  const state = conversation.person.habits.find((each) => each.habitId === asHabitId(habitId))?.state;
  // Westwards the date was answered already: it is not asked for again. Eastwards the new one is open.
  expect(state && isSettled(state, conversation.person.today)).toBe(days < 0);
  conversation.tap(`done:${habitId}:${conversation.person.today}`);
  const today = conversation.seen(conversation.say('/today'))[0]?.text;
  // What was done on the date that is tomorrow again counts as soon as it is there again.
  expect(today).toContain(days > 0 ? '🔥 5' : '🔥 3');
  fly(conversation, home);
  expect(conversation.seen(conversation.say('/today'))[0]?.text).toContain('🔥 4');
});
