import { once } from 'node:events';
import { request } from 'node:http';
import { Gauge, Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#services/platform/process/clock.ts';
import { natsCheck, startHealth } from '#services/platform/process/health.ts';
import { openReadiness } from '#services/platform/process/readiness.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

let server: TestNats;
let health: Awaited<ReturnType<typeof startHealth>>;
let problem: string | undefined;

beforeAll(async () => {
  server = await startTestNats();
  const metrics = new Registry();
  new Gauge({ name: 'habitstream_something', help: 'of a service', registers: [metrics] }).set(7);
  const readiness = openReadiness(systemClock);
  readiness.add(natsCheck(await server.connection()));
  readiness.add({ name: 'the first thing', problem: () => problem });
  readiness.add({ name: 'the second', problem: () => problem });
  health = await startHealth({ port: 0 }, { readiness, metrics });
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
const readyz = async () => {
  const response = await get('/readyz');
  return { status: response.status, text: await response.text() };
};

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

test('all problems of a service are told, a line each', async () => {
  expect(await readyz()).toEqual({ status: 200, text: 'ready' });
  problem = 'stands still';
  expect(await readyz()).toEqual({
    status: 503,
    text: 'the first thing: stands still\nthe second: stands still\n',
  });
  problem = undefined;
  expect(await readyz()).toEqual({ status: 200, text: 'ready' });
});

test('it is ready while NATS answers, and alive also when it does not', async () => {
  expect((await readyz()).status).toBe(200);
  await server.kill();
  await expect
    .poll(readyz, { timeout: 20_000 })
    .toEqual({ status: 503, text: expect.stringMatching(/^NATS: /) });
  expect(await (await get('/healthz')).text()).toBe('ok');
  await server.restart();
  await expect.poll(async () => (await readyz()).status, { timeout: 10_000 }).toBe(200);
}, 40_000);

test('on another address, probes call by whatever name they know', async () => {
  const everywhere = await startHealth(
    { port: 0, host: '0.0.0.0' },
    { readiness: openReadiness(systemClock), metrics: new Registry() },
  );
  try {
    const asked = request({
      port: everywhere.port,
      host: '127.0.0.1',
      path: '/readyz',
      headers: { host: 'pod-7.example' },
    });
    const [response] = await once(asked.end(), 'response');
    response.resume();
    expect(response.statusCode).toBe(200);
  } finally {
    await everywhere.stop();
  }
});
