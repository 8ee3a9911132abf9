import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initDataReader, LONGEST_AGE_MS, LONGEST_INIT_DATA } from '#services/ingress/app/init-data.ts';
import { fieldsOf, signed } from './signed.ts';

const TOKEN = '1234567:a-token-of-the-page-test-0';
const NOW = Date.parse('2026-11-28T10:00:00Z');
const read = initDataReader(TOKEN);
const good = signed(fieldsOf(4242, NOW, 'ru'), TOKEN);
const person = { userId: '4242', languageCode: 'ru' };

describe('initData', () => {
  it('names the person for whom Telegram signed it, in whatever order its fields stand', () => {
    expect(read(good, NOW)).toEqual(person);
    fc.assert(
      fc.property(fc.shuffledSubarray([...new URLSearchParams(good)], { minLength: 5 }), (pairs) => {
        expect(read(new URLSearchParams(pairs).toString(), NOW)).toEqual(person);
      }),
    );
  });

  it('agrees with a published example of a client and its token', () => {
    const known =
      'query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2';
    const reader = initDataReader('5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8');
    expect(reader(known, 1_662_771_648_000)).toEqual({ userId: '279058397', languageCode: 'ru' });
  });

  it('is forged when any one character of any field is another', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (place, letter) => {
        const pairs = [...new URLSearchParams(good)];
        const [name, value] = pairs[place % pairs.length] ?? ['', ''];
        const at = letter % value.length;
        const other = value[at] === '1' ? '2' : '1';
        const changed = new URLSearchParams(good);
        changed.set(name, value.slice(0, at) + other + value.slice(at + 1));
        expect(read(changed.toString(), NOW)).toEqual({ problem: 'forged' });
      }),
    );
  });

  it.each([
    ['of another bot', signed(fieldsOf(4242, NOW), '7654321:a-token-of-the-page-test-0')],
    ['of another person', good.replace('4242', '4243')],
    ['with a field more', `${good}&can_send_after=1`],
    ['with a field fewer', good.replace(/&signature=[^&]*/, '')],
  ])('is forged %s', (_, initData) => {
    expect(read(initData, NOW)).toEqual({ problem: 'forged' });
  });

  it.each([
    ['empty', '', 'missing'],
    ['absent', undefined, 'missing'],
    ['no fields at all', 'hello', 'malformed'],
    ['without a hash', good.replace(/&hash=.*/, ''), 'malformed'],
    [
      'with a hash in capitals',
      good.replace(/hash=.*/, (hash) => hash.toUpperCase().replace('HASH', 'hash')),
      'malformed',
    ],
    ['with a field twice', `${good}&auth_date=${Math.floor(NOW / 1_000)}`, 'malformed'],
    ['with the user twice, another first', `user=%7B%22id%22%3A1%7D&${good}`, 'malformed'],
    ['over-long', `${good}&start_param=${'a'.repeat(LONGEST_INIT_DATA)}`, 'malformed'],
    [
      'over-long and signed',
      signed({ ...fieldsOf(1, NOW), x: 'a'.repeat(LONGEST_INIT_DATA) }, TOKEN),
      'malformed',
    ],
    [
      'with two fields in one',
      signed({ ...fieldsOf(4242, NOW), chat_type: 'a\nuser={"id":1}' }, TOKEN),
      'malformed',
    ],
    ['without a user', signed({ auth_date: String(NOW / 1_000) }, TOKEN), 'malformed'],
    ['of user 0', signed({ ...fieldsOf(4242, NOW), user: '{"id":0}' }, TOKEN), 'malformed'],
    ['of a user who is no JSON', signed({ ...fieldsOf(4242, NOW), user: '{' }, TOKEN), 'malformed'],
    ['without a time', signed({ user: '{"id":1}' }, TOKEN), 'malformed'],
    ['with a time that is none', signed({ ...fieldsOf(4242, NOW), auth_date: '1e9' }, TOKEN), 'malformed'],
  ])('%s is refused', (_, initData, problem) => {
    expect(read(initData, NOW)).toEqual({ problem });
  });

  it('expires, and is not believed when it comes from the future', () => {
    expect(read(good, NOW + LONGEST_AGE_MS)).toEqual(person);
    expect(read(good, NOW + LONGEST_AGE_MS + 1)).toEqual({ problem: 'expired' });
    expect(read(good, NOW - 300_000)).toEqual(person);
    expect(read(good, NOW - 300_001)).toEqual({ problem: 'expired' });
  });

  it('never throws, whatever it is', () => {
    fc.assert(fc.property(fc.string(), (text) => 'problem' in read(text, NOW)));
  });
});
