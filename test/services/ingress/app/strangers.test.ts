import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asHabitId } from '#test/support/ids.ts';
import { type PageFixture, startPageFixture } from './fixture.ts';

let fixture: PageFixture;
beforeAll(async () => {
  fixture = await startPageFixture();
});
afterAll(() => fixture.stop());

describe('strangers', () => {
  const habitId = asHabitId('aaaaaaaaaaaaa');
  const body = JSON.stringify({ do: 'clear', habitId, on: '2026-11-28' });
  const post = (init: RequestInit & { initData?: string }) =>
    fixture.call('/app/api/changes', { method: 'POST', body, ...init });
  const json = { 'content-type': 'application/json', 'idempotency-key': '0123456789abcdef' };

  it('get 401 without the header, with another scheme, and with initData that is not good; nothing is stored', async () => {
    const good = fixture.initDataOf(99_003);
    const bad: [string | undefined, string][] = [
      [undefined, 'missing'],
      [`${good}&user=1`, 'malformed'],
      [good.replace('99003', '99004'), 'forged'],
    ];
    for (const [initData, why] of bad) {
      const init = { ...(initData !== undefined && { initData }), headers: json };
      expect(await post(init)).toMatchObject({ status: 401, told: { outcome: 'unauthorised', why } });
      expect(await fixture.call('/app/api/view', init)).toMatchObject({ status: 401, told: { why } });
    }
    const basic = await post({ headers: { ...json, authorization: `Basic ${good}` } });
    expect(basic).toMatchObject({ status: 401, told: { why: 'missing' } });
    fixture.bot.pass(7 * 3_600_000);
    expect(await post({ initData: good, headers: json })).toMatchObject({
      status: 401,
      told: { why: 'expired' },
    });
  });

  it.each([
    ['without a key', { 'content-type': 'application/json' }, body, 400],
    ['with a short key', { ...json, 'idempotency-key': 'short' }, body, 400],
    ['with a key of other characters', { ...json, 'idempotency-key': 'a.b>c*d e-fghijklmn' }, body, 400],
    ['that is no JSON', json, '{', 400],
    ['that is no change', json, '{"do":"delete"}', 400],
    ['with more than belongs there', json, JSON.stringify({ ...JSON.parse(body), userId: '1' }), 400],
    ['of another type', { ...json, 'content-type': 'text/plain' }, body, 400],
    ['of 9 KB', json, JSON.stringify({ do: 'reorder', habitIds: Array(800).fill(habitId) }), 413],
  ])('get a change refused %s', async (_, headers, text, status) => {
    const initData = fixture.initDataOf(99_005);
    expect((await post({ initData, headers, body: text })).status).toBe(status);
  });

  it('get nothing under the name of another host', async () => {
    const status = await new Promise((resolve) => {
      const options = { headers: { host: 'rebound.example.com' } };
      request(`${fixture.origin}/app`, options, (response) => resolve(response.resume().statusCode)).end();
    });
    expect(status).toBe(421);
  });
});

describe('the page', () => {
  it('is served with a policy that lets nothing but its own files run, and holds no script of its own', async () => {
    const { status, headers, told } = await fixture.call('/app');
    expect(status).toBe(200);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|\*;|data:/);
    expect(policy).toContain(
      `frame-ancestors https://web.telegram.org https://*.telegram.org ${fixture.bot.telegramUrl}`,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(String(told)).not.toMatch(/<script(?![^>]*\ssrc="\/app\/)|\son\w+=|<style|\sstyle=|https?:/);
  });

  it('has its texts in both languages, and no file but its own', async () => {
    for (const [locale, title] of [
      ['en', 'Habits'],
      ['ru', 'Привычки'],
    ]) {
      const response = await fetch(`${fixture.origin}/app/texts-${locale}.json`);
      expect(await response.json()).toMatchObject({ title });
      const etag = response.headers.get('etag') ?? '';
      const again = await fetch(`${fixture.origin}/app/texts-${locale}.json`, {
        headers: { 'if-none-match': etag },
      });
      expect(again.status).toBe(304);
    }
    for (const path of ['/app/..%2fserver.ts', '/app/server.ts', '/app/page/index.html', '/'])
      expect((await fixture.call(path)).status).toBe(404);
  });
});
