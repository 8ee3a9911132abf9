import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { freePorts } from '#test/support/ports.ts';
import { testProcesses } from '#test/support/processes.ts';
import { type StoresFixture, startStoresFixture } from './fixture.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const SERVICES = ['projector', 'shards', 'sender'];
const LINE =
  /Postgres and NATS do not belong together: the tables of (analytics|schedules) were made from EVENTS up to 200 .* npm run habitstream -- projections rebuild (analytics|schedules)$/;

const processes = testProcesses();
let fixture: StoresFixture;
beforeAll(async () => {
  fixture = await startStoresFixture();
});
afterAll(() => fixture?.stop());

test('real processes beside an empty NATS: started, 503 with the line in /readyz, and in the log, gone after a rebuild', async () => {
  await fixture.startServices();
  await fixture.makeHabits(50);
  await fixture.untilProjected();
  await fixture.stopServices();
  await fixture.emptyNats();
  await fixture.provision();
  const ports = await freePorts(SERVICES.length);
  const running = await Promise.all(
    SERVICES.map((service, i) =>
      processes.startService(service, {
        ...fixture.environment,
        HEALTH_PORT: String(ports[i]),
        LOG_LEVEL: 'info',
      }),
    ),
  );
  await Promise.all(running.map((each) => each.line(/"msg":"started"/, 60_000)));
  const readyz = async (port: number) => {
    const reply = await fetch(`http://127.0.0.1:${port}/readyz`);
    return { status: reply.status, lines: (await reply.text()).split('\n') };
  };
  for (const port of ports) {
    const { status, lines } = await eventually(async () => {
      const found = await readyz(port);
      expect(found.lines.some((line) => LINE.test(line))).toBe(true);
      return found;
    });
    expect([port, status, lines.some((line) => LINE.test(line))]).toEqual([port, 503, true]);
  }
  for (const { line } of running)
    await line(/"problem":"[^"]*Postgres and NATS do not belong together.*"msg":"not ready"/, 60_000);

  await fixture.rebuildAll();
  for (const port of ports)
    await eventually(
      async () => expect((await readyz(port)).lines.filter((line) => LINE.test(line))).toEqual([]),
      { timeoutMs: 60_000 },
    );
});
