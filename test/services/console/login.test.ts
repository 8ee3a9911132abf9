import { expect, test } from 'vitest';
import { openLogin } from '#services/console/login.ts';
import { fakeClock } from '#test/support/clock.ts';

const PASSWORD = 'password-of-a-test';
const HOUR = 3_600_000;

function cookieOf(setCookie = ''): string {
  return setCookie.split(';')[0] ?? '';
}

test('a session lasts 12 hours, for every process with that password and for none with another', async () => {
  const clock = fakeClock(0);
  const login = openLogin(PASSWORD, clock, false);
  const set = login.enter(PASSWORD);
  const cookie = cookieOf(set);
  expect(set).toMatch(/; HttpOnly; SameSite=Strict$/);
  expect(login.isIn(`a=b; ${cookie}; c=d`)).toBe(true);
  expect(openLogin(PASSWORD, clock, false).isIn(cookie)).toBe(true);
  expect(openLogin(`${PASSWORD}!`, clock, false).isIn(cookie)).toBe(false);
  await clock.advance(12 * HOUR - 1);
  expect(login.isIn(cookie)).toBe(true);
  await clock.advance(1);
  expect(login.isIn(cookie)).toBe(false);
});

test('behind https the cookie goes by https alone', () => {
  expect(openLogin(PASSWORD, fakeClock(0), true).enter(PASSWORD)).toMatch(/; Secure$/);
});

test.each([
  undefined,
  '',
  'habitstream_console=',
  'habitstream_console=.',
  'habitstream_console=99999999999999.',
  'habitstream_console=43200000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  `habitstream_console=${'9'.repeat(400)}.x`,
])('no session: %s', (cookies) => {
  expect(openLogin(PASSWORD, fakeClock(0), false).isIn(cookies)).toBe(false);
});

test('a session cannot be made to last longer', () => {
  const login = openLogin(PASSWORD, fakeClock(0), false);
  const [name = '', value = ''] = cookieOf(login.enter(PASSWORD)).split('=');
  const [until, signature] = value.split('.');
  expect(login.isIn(`${name}=${until}.${signature}`)).toBe(true);
  expect(login.isIn(`${name}=${Number(until) + 1}.${signature}`)).toBe(false);
});

test('after a wrong password none is looked at for a second, not even the right one', async () => {
  const clock = fakeClock(0);
  const login = openLogin(PASSWORD, clock, false);
  expect(login.enter('password')).toBeUndefined();
  await clock.advance(999);
  expect(login.enter(PASSWORD)).toBeUndefined();
  await clock.advance(1);
  expect(login.enter(PASSWORD)).toBeDefined();
});
