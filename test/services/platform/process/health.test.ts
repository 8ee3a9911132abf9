import { once } from 'node:events';
import { request } from 'node:http';
import { Gauge, Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHealth } from '#services/platform/process/health.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

let server: TestNats;
let health: Awaited<ReturnType<typeof startHealth>>;

beforeAll(async () => {
  server = await startTestNats();
  const metrics = new Registry();
  new Gauge({ name: 'habitstream_something', help: 'of a service', registers: [metrics] }).set(7);
  health = await startHealth(0, await server.connection(), metrics);
});
afterAll(async () => {
  await health?.stop();
  await server?.stop();
});

/** `fetch` sets the Host itself. */
async function statusFor(host: string, path: string): Promise<number> {
  const asked = request({ port: health.port, host: '127.0.0.1', path, headers: { host } }).end();
  const [response] = await once(asked, 'response');
  response.resume();
  return response.statusCode;
}

const get = (path: string) => fetch(`http://127.0.0.1:${health.port}${path}`);

test("the process's figures and those of its service stand together", async () => {
  const response = await get('/metrics');
  expect(response.headers.get('content-type')).toContain('text/plain');
  const text = await response.text();
  expect(text).toContain('habitstream_something 7');
  expect(text).toMatch(/^process_resident_memory_bytes \d/m);
});

test('a page elsewhere that points its name here is refused, whatever it asks for', async () => {
  const names = [
    '127.0.0.1',
    'localhost',
    '[::1]',
    'attacker.example',
    '127.0.0.1.attacker.example',
    '10.0.0.1',
  ];
  const seen: Record<string, number[]> = {};
  for (const host of names) {
    const statuses = ['/healthz', '/readyz', '/metrics', '/nothing'].map((path) => statusFor(host, path));
    seen[host] = await Promise.all(statuses);
  }
  const [letIn, refused] = [
    [200, 200, 200, 404],
    [403, 403, 403, 403],
  ];
  expect(seen).toEqual({
    '127.0.0.1': letIn,
    localhost: letIn,
    '[::1]': letIn,
    'attacker.example': refused,
    '127.0.0.1.attacker.example': refused,
    '10.0.0.1': refused,
  });
});

test('it is ready while NATS answers, and alive also when it does not', async () => {
  expect((await get('/readyz')).status).toBe(200);
  await server.kill();
  expect((await get('/readyz')).status).toBe(503);
  expect(await (await get('/healthz')).text()).toBe('ok');
  await server.restart();
  await expect.poll(async () => (await get('/readyz')).status, { timeout: 10_000 }).toBe(200);
}, 30_000);
