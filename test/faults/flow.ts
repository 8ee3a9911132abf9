import type { TestProcess } from '#test/support/processes.ts';
import { asMinute } from '../support/ids.ts';
import type { Servers } from './fault.ts';
import { endOf, projected, type Role, type Stage, type StageWishes, startStage } from './fixture.ts';
import { type DuePerson, peopleDue, settle } from './people.ts';
import { untilMoreThan } from './until.ts';
import { type Expected, judge, type Verdict } from './verdict.ts';

export type FlowRole = Extract<Role, 'tick' | 'shards' | 'sender' | 'projector'>;
export const FLOW_ROLES: readonly FlowRole[] = ['tick', 'shards', 'sender', 'projector'];

/** Minutes that pass, two a second, with reminders due in each, from the tick to Telegram. */
export type Flow = {
  stage: Stage;
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

export type FlowWishes = Partial<StageWishes> & {
  minutes: number;
  perMinute?: number;
  /** Between the people's being known and the first tick. */
  prepare?(stage: Stage): Promise<void>;
};

const PER_MINUTE = 10;
const SEND_RATE = 200;
/** The tick service begins 20 hours ago. */
const MOST_MINUTES = 1_150;

/** Resolves when the first reminder has been delivered. */
export async function startFlow(servers: Servers, wishes: FlowWishes): Promise<Flow> {
  const stage = await startStage(servers, { sendRate: SEND_RATE, ...wishes });
  try {
    return await flowOn(stage, wishes);
  } catch (error) {
    await stage.stop();
    throw error;
  }
}

async function flowOn(stage: Stage, { minutes, perMinute = PER_MINUTE, prepare }: FlowWishes): Promise<Flow> {
  const people = peopleDue(asMinute(stage.startMinute + 1), Math.min(MOST_MINUTES, minutes), perMinute);
  await settle(people, stage.connection, stage.telegram);
  const projector = await stage.start('projector');
  await projected(stage);
  await prepare?.(stage);
  const [shards, sender] = await Promise.all([stage.start('shards'), stage.start('sender')]);
  const running = { projector, shards, sender, tick: await stage.start('tick') };
  const lastMinute = people.at(-1)?.minute ?? 0;

  async function workOf(role: FlowRole): Promise<number> {
    if (role === 'tick') return endOf(stage, 'TICKS');
    if (role === 'shards') return endOf(stage, 'REMINDERS');
    if (role === 'sender') return endOf(stage, 'DELIVERIES');
    const { rows } = await stage.database.query<{ sum: string }>(
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
    ...{ stage, people, running, workOf, worksAgain },
    minutesLeft: async () => lastMinute - stage.startMinute - (await workOf('tick')),
    async finish(expected) {
      await running.tick.stop();
      await stage.idle();
      const { outcomes: _, ...verdict } = await judge(stage, people, expected);
      return verdict;
    },
    stop: () => stage.stop(),
  };
}
