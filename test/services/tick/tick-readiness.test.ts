import { expect, test } from 'vitest';
import { tickReadiness } from '#services/tick/tick-readiness.ts';
import { fakeClock } from '#test/support/clock.ts';
import { asMinute } from '#test/support/ids.ts';

const NOW_MS = Date.parse('2026-11-25T08:00:30Z');
const MINUTE = asMinute(Math.floor(NOW_MS / 60_000));

test('ticks are published: by this replica or another one, the end of TICKS is looked at every few seconds', async () => {
  const clock = fakeClock(NOW_MS);
  const check = tickReadiness(clock);
  expect(check.problem()).toBe('none is published yet');
  check.published(MINUTE, clock.now());
  await clock.advance(15_000);
  expect(check.problem()).toBeUndefined();
  await clock.advance(1);
  expect(check.problem()).toBe('none is published since 2026-11-25T08:00:30.000Z');
  check.failed(Object.assign(new RangeError('secret'), { code: 10059 }));
  expect(check.problem()).toBe('none is published since 2026-11-25T08:00:30.000Z (RangeError 10059)');
  check.published(MINUTE, clock.now());
  expect(check.problem()).toBeUndefined();
});

test('a last tick in the future, after the clock of the server was set back', () => {
  const check = tickReadiness(fakeClock(NOW_MS));
  check.published(asMinute(MINUTE + 90), NOW_MS);
  expect(check.problem()).toBe(
    'the last one lies in the future: none is published before 2026-11-25T09:30:00.000Z',
  );
  check.published(MINUTE, NOW_MS);
  expect(check.problem()).toBeUndefined();
});
