import { setTimeout as delay } from 'node:timers/promises';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { holdLease } from '#services/ingress/lease.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { testProcesses } from '#test/support/processes.ts';

const TIMES = { ttlMs: 1_500, renewMs: 300 };
const HOLDER = 'test/services/ingress/lease-holder.ts';
const { startScript } = testProcesses();
let nats: TestNats;

beforeAll(async () => {
  nats = await startTestNats();
  await provision(await nats.connection(), { shardCount: 1 });
});
afterAll(() => nats.stop());

/** A holder on a connection of its own. `spells` are the times during which it held the lease, in ms. */
async function holder(lease: string, windDownMs = 0) {
  const connection = await nats.connection();
  const spells: { from: number; to?: number }[] = [];
  const ports = { nats: connection, clock: systemClock, log: createLog('lease', 'silent') };
  const running = holdLease(ports, {
    name: lease,
    holder: 'test',
    times: TIMES,
    whileHeld: async (signal) => {
      const spell: { from: number; to?: number } = { from: performance.now() };
      spells.push(spell);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await delay(windDownMs); // the work of a holder that needs some time to end
      spell.to = performance.now();
    },
  });
  return { stop: () => running.stop(), spells, holds: () => spells.some(({ to }) => to === undefined) };
}

type Holder = Awaited<ReturnType<typeof holder>>;

function expectNoOverlap(holders: Holder[]): void {
  const spells = holders.flatMap(({ spells }) => spells).sort((a, b) => a.from - b.from);
  for (const [index, spell] of spells.entries()) {
    const previous = spells[index - 1];
    if (previous) expect(previous.to).toBeLessThanOrEqual(spell.from);
  }
}

const held = (one: Holder) => eventually(() => expect(one.holds()).toBe(true));
const startProcess = (lease: string) =>
  startScript(HOLDER, [nats.url, lease, String(TIMES.ttlMs), String(TIMES.renewMs)], {});

describe('a lease', () => {
  it('is held by one of many, and by the next as soon as that one has ended', async () => {
    const first = await holder('many', 400);
    await held(first);
    const others = await Promise.all([holder('many'), holder('many'), holder('many')]);
    await delay(2 * TIMES.ttlMs); // a lease that was not renewed would have expired twice
    expect(others.filter((other) => other.holds())).toHaveLength(0);

    await first.stop();
    const stoppedAt = performance.now();
    const next = await eventually(() => {
      const found = others.filter((other) => other.holds());
      expect(found).toHaveLength(1);
      return found;
    });
    expect((next[0]?.spells[0]?.from ?? 0) - stoppedAt).toBeLessThan(1_000);
    await Promise.all(others.map((other) => other.stop()));
    expectNoOverlap([first, ...others]);
  });

  it('is taken over within seconds when its holder is killed', async () => {
    const killed = await startProcess('killed');
    await killed.line(/^held/);
    const other = await holder('killed');
    await killed.kill();
    const killedAt = performance.now();
    await held(other);
    const tookMs = (other.spells[0]?.from ?? 0) - killedAt;
    expect(tookMs).toBeGreaterThan(TIMES.ttlMs - TIMES.renewMs - 300);
    expect(tookMs).toBeLessThan(TIMES.ttlMs + 2_000);
    await other.stop();
  });

  it('is lost by a holder that stood still, and not taken back from the one who has it', async () => {
    const paused = await startProcess('paused');
    await paused.line(/^held/);
    process.kill(paused.pid, 'SIGSTOP');
    const other = await holder('paused');
    await held(other);
    process.kill(paused.pid, 'SIGCONT');
    await paused.line(/^lost/);
    await delay(2 * TIMES.ttlMs); // the loser has had every chance to take it back
    expect(other.holds()).toBe(true);
    expect(paused.lines.filter((line) => line === 'held')).toHaveLength(1);
    await other.stop();
    await paused.stop();
  });

  it('is given up before it could be taken while NATS is away, and held again by one afterwards', async () => {
    const first = await holder('outage');
    await held(first);
    const second = await holder('outage');
    await nats.kill();
    await eventually(() => expect(first.holds()).toBe(false));
    await nats.restart();
    await eventually(() => expect([first, second].filter((one) => one.holds())).toHaveLength(1), {
      timeoutMs: 20_000,
    });
    await delay(TIMES.ttlMs); // a second holder would have taken it by now
    expect([first, second].filter((one) => one.holds())).toHaveLength(1);
    await Promise.all([first.stop(), second.stop()]);
    expectNoOverlap([first, second]);
  });

  it('goes to the next when it is deleted by hand, and the first notices', async () => {
    const first = await holder('deleted');
    await held(first);
    const second = await holder('deleted');
    const kv = await new Kvm(await nats.connection()).open('leases');
    await kv.delete('deleted');
    await eventually(() => expect(first.spells[0]?.to).toBeDefined());
    await eventually(() => expect([first, second].filter((one) => one.holds())).toHaveLength(1));
    await Promise.all([first.stop(), second.stop()]);
  });

  it('survives work that ends by itself: it is run again', async () => {
    const connection = await nats.connection();
    const ports = { nats: connection, clock: systemClock, log: createLog('lease', 'silent') };
    let runs = 0;
    const running = holdLease(ports, {
      name: 'failing',
      holder: 'test',
      times: TIMES,
      whileHeld: async () => {
        runs++;
        throw new Error('work failed');
      },
    });
    await eventually(() => expect(runs).toBeGreaterThan(2));
    await running.stop();
  });
});
