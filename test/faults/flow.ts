import { asMinute } from '#test/support/ids.ts';
import type { TestProcess } from '#test/support/processes.ts';
import type { Servers } from './fault.ts';
import {
  endOf,
  type FaultFixture,
  type FaultFixtureOptions,
  projected,
  type Role,
  startFaultFixture,
} from './fixture.ts';
import { type DuePerson, peopleDue, register } from './people.ts';
import { untilMoreThan } from './until.ts';
import { type Expected, type Verdict, verdictOf } from './verdict.ts';

export type FlowRole = Extract<Role, 'tick' | 'shards' | 'sender' | 'projector'>;
export const FLOW_ROLES: readonly FlowRole[] = ['tick', 'shards', 'sender', 'projector'];

/** Minutes that pass, two a second, each with due reminders that go from the tick to Telegram. */
export type Flow = {
  fixture: FaultFixture;
  people: readonly DuePerson[];
  /** The process of each role. A fault that ends one puts its successor here. */
  running: Record<FlowRole, TestProcess>;
  /** How many more minutes have people who are due. */
  minutesLeft(): Promise<number>;
  /** A count that rises with the work of a role. */
  workOf(role: FlowRole): Promise<number>;
  /** Resolves with the time until the work of a role exceeds `since` (by default, what it is now), in ms. */
  worksAgain(role: FlowRole, since?: number): Promise<number>;
  /** Ends the ticks, waits until every reminder has its outcome, and judges the run. */
  finish(expected?: Expected): Promise<Omit<Verdict, 'outcomes'>>;
  stop(): Promise<void>;
};

export type FlowOptions = Partial<FaultFixtureOptions> & {
  minutes: number;
  perMinute?: number;
  /** Runs after the people are projected and before the first tick. */
  prepare?(fixture: FaultFixture): Promise<void>;
};

const PER_MINUTE = 10;
const SEND_RATE = 200;
/** The tick service begins 20 hours ago, which bounds the minutes that it can hurry through. */
const MOST_MINUTES = 1_150;

/** Resolves when the first reminder has been delivered. */
export async function startFlow(servers: Servers, options: FlowOptions): Promise<Flow> {
  const fixture = await startFaultFixture(servers, { sendRate: SEND_RATE, ...options });
  try {
    return await flowOn(fixture, options);
  } catch (error) {
    await fixture.stop();
    throw error;
  }
}

async function flowOn(
  fixture: FaultFixture,
  { minutes, perMinute = PER_MINUTE, prepare }: FlowOptions,
): Promise<Flow> {
  const people = peopleDue(asMinute(fixture.startMinute + 1), Math.min(MOST_MINUTES, minutes), perMinute);
  await register(people, fixture.connection, fixture.telegram);
  const projector = await fixture.start('projector');
  await projected(fixture);
  await prepare?.(fixture);
  const [shards, sender] = await Promise.all([fixture.start('shards'), fixture.start('sender')]);
  const running = { projector, shards, sender, tick: await fixture.start('tick') };
  const lastMinute = people.at(-1)?.minute ?? 0;

  async function workOf(role: FlowRole): Promise<number> {
    if (role === 'tick') return endOf(fixture, 'TICKS');
    if (role === 'shards') return endOf(fixture, 'REMINDERS');
    if (role === 'sender') return endOf(fixture, 'DELIVERIES');
    const { rows } = await fixture.database.query<{ sum: string }>(
      'SELECT sum(sequence) FROM projections.checkpoints',
    );
    return Number(rows[0]?.sum ?? 0);
  }
  async function worksAgain(role: FlowRole, since?: number): Promise<number> {
    const beganMs = performance.now();
    await untilMoreThan(since ?? (await workOf(role)), () => workOf(role));
    return performance.now() - beganMs;
  }

  await untilMoreThan(0, () => workOf('sender'));
  return {
    ...{ fixture, people, running, workOf, worksAgain },
    minutesLeft: async () => lastMinute - fixture.startMinute - (await workOf('tick')),
    async finish(expected) {
      await running.tick.stop();
      await fixture.idle();
      const { outcomes: _, ...verdict } = await verdictOf(fixture, people, expected);
      return verdict;
    },
    stop: () => fixture.stop(),
  };
}
