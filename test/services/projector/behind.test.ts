import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '#services/platform/process/clock.ts';
import { verificationLines, verify } from '#services/projector/verify.ts';
import { sampleEvents } from '../../projections/histories.ts';
import { openFixture, type ProjectorFixture, startTestReplica } from './fixture.ts';

vi.setConfig({ testTimeout: 60_000 });

let fixture: ProjectorFixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

/** A minute of it is a second. */
const fast: Clock = { ...systemClock, now: () => systemClock.now() * 60 };

const verifySchedules = (clock: Clock) => {
  const schedules = fixture.projections.find(({ name }) => name === 'schedules') ?? expect.unreachable();
  return verify(schedules, { ...fixture.ports, clock });
};

test('rows that equal the beginning of the log alone are not said to equal it', async () => {
  const first = startTestReplica(fixture);
  await fixture.append(sampleEvents(1, { size: 20 }));
  await fixture.untilLevel();
  await first.stop();
  const level = await verifySchedules(fast);
  expect(verificationLines(level).at(-1)).toBe('schedules equals the log');
  const [{ sequence = 0 } = {}] = level.checkpoints;

  await fixture.append(sampleEvents(2, { size: 1, histories: 1 }));
  const behind = await verifySchedules(fast);
  expect(behind.equal).toBe(false);
  expect(behind.tables.every(({ onlyLive, onlyReplayed }) => onlyLive.count + onlyReplayed.count === 0)).toBe(
    true,
  );
  expect(verificationLines(behind).slice(-2)).toEqual([
    expect.stringMatching(
      `^schedules holds EVENTS up to ${sequence} of \\d+ and does not go on: is the projector ready`,
    ),
    'schedules does NOT equal the log: it is behind',
  ]);

  const verifying = verifySchedules(systemClock);
  startTestReplica(fixture);
  expect(verificationLines(await verifying).at(-1)).toBe('schedules equals the log');
});
