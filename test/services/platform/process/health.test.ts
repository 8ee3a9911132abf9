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

const get = (path: string) => fetch(`http://127.0.0.1:${health.port}${path}`);

test("the process's figures and those of its service stand together", async () => {
  const response = await get('/metrics');
  expect(response.headers.get('content-type')).toContain('text/plain');
  const text = await response.text();
  expect(text).toContain('habitstream_something 7');
  expect(text).toMatch(/^process_resident_memory_bytes \d/m);
});

test('it is ready while NATS answers, and alive also when it does not', async () => {
  expect((await get('/readyz')).status).toBe(200);
  await server.kill();
  expect((await get('/readyz')).status).toBe(503);
  expect(await (await get('/healthz')).text()).toBe('ok');
  await server.restart();
  await expect.poll(async () => (await get('/readyz')).status, { timeout: 10_000 }).toBe(200);
}, 30_000);
