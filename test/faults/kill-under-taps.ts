import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from '#deploy/capacity/random.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { endOf, startFaultFixture } from './fixture.ts';
import { peopleDue, register } from './people.ts';
import { answered, judgeTaps, personOf, startTapping, sum, TAPPING_PEOPLE } from './taps.ts';
import { untilMoreThan } from './until.ts';

const LONGEST_WAIT_MS = 500;
const SEND_RATE = 200;

/**
 * kill -9 of `bot` or `ingress` at random moments while people tap, see {@link startTapping}.
 */
export function killUnderTaps(role: 'bot' | 'ingress'): Fault {
  return { name: `kill -9 ${role}`, fullRuns: 100, run: (settings) => killWhileTapping(role, settings) };
}

async function killWhileTapping(
  role: 'bot' | 'ingress',
  { servers, seed, runs }: FaultSettings,
): Promise<FaultRow> {
  const random = seeded(seed, 1);
  const fixture = await startFaultFixture(servers, { sendRate: SEND_RATE });
  try {
    const people = peopleDue(fixture.startMinute, 1, TAPPING_PEOPLE);
    await register(people, fixture.connection, fixture.telegram);
    const [bot, ingress] = await Promise.all([fixture.start('bot'), fixture.start('ingress')]);
    const running = { bot, ingress };
    const works = () => endOf(fixture, role === 'bot' ? 'EVENTS' : 'UPDATES');
    const chats = await Promise.all(people.map(({ userId }) => personOf(fixture, userId)));
    await using tapping = startTapping(people, chats);
    await untilMoreThan(await works(), works);
    const recoveries: number[] = [];
    while (recoveries.length < runs) {
      await delay(random() * LONGEST_WAIT_MS); // the moment of the kill is drawn from the seed
      const killedMs = performance.now();
      await running[role].kill();
      const before = await works();
      running[role] = await fixture.start(role);
      await untilMoreThan(before, works);
      recoveries.push(performance.now() - killedMs);
    }
    await tapping[Symbol.asyncDispose]();
    await answered(fixture, sum(tapping.taps.values()));
    const verdict = await judgeTaps(fixture, people, tapping.taps);
    return {
      fault: `kill -9 ${role}`,
      runs,
      ...verdict,
      recoveryMs: recovery(recoveries),
      seed,
      note: 'taps',
    };
  } finally {
    await fixture.stop();
  }
}
