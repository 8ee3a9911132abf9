import type { TestProcess } from '#test/support/processes.ts';
import { asMinute } from '../support/ids.ts';
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
import { type Expected, judge, type Verdict } from './verdict.ts';

export type FlowRole = Extract<Role, 'tick' | 'shards' | 'sender' | 'projector'>;
export const FLOW_ROLES: readonly FlowRole[] = ['tick', 'shards', 'sender', 'projector'];

/** Minutes that pass, two a second, with reminders due in each, from the tick to Telegram. */
export type Flow = {
  fixture: FaultFixture;
  people: readonly DuePerson[];
  /** The process of each role; whoever ends one puts another in its place. */
  running: Record<FlowRole, TestProcess>;
  /** How many more minutes there are people for. */
  minutesLeft(): Promise<number>;
  /** Rises with what a role has done. */
  workOf(role: FlowRole): Promise<number>;
  /** Resolves with how long it took until a role had done something again, in ms. */
  worksAgain(role: FlowRole, since?: number): Promise<number>;
  /** Ends the ticks, waits until all has come to its end, and judges. */
  finish(expected?: Expected): Promise<Omit<Verdict, 'outcomes'>>;
  stop(): Promise<void>;
};

export type FlowOptions = Partial<FaultFixtureOptions> & {
  minutes: number;
  perMinute?: number;
  /** Between the people's being known and the first tick. */
  prepare?(fixture: FaultFixture): Promise<void>;
};

const PER_MINUTE = 10;
const SEND_RATE = 200;
/** The tick service begins 20 hours ago. */
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
      const { outcomes: _, ...verdict } = await judge(fixture, people, expected);
      return verdict;
    },
    stop: () => fixture.stop(),
  };
}
