import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '#deploy/capacity/random.ts';
import type { TestNats } from '#test/support/nats.ts';
import type { TestNatsCluster } from '#test/support/nats-cluster.ts';
import type { Fault, FaultSettings } from './fault.ts';
import { FLOW_ROLES, type Flow, startFlow } from './flow.ts';
import { strikeServer } from './servers-away.ts';

const MINUTES_A_STRIKE = 60;
/** Whose leader is hit, by turns: what reminders pass, and what the budget and the send records are in. */
const LED = ['REMINDERS', 'KV_pacer', 'TICKS', 'KV_sending', 'EVENTS', 'DELIVERIES'];
/** Of the nodes' restarts in a rolling one. */
const LONGEST_BETWEEN_MS = 500;

/** Three nodes, every stream on each, two of each process; minutes go by half as fast as elsewhere: each write is one on three stores. */
async function clusterFlow({
  servers,
  runs,
}: FaultSettings): Promise<{ flow: Flow; cluster: TestNatsCluster }> {
  const flow = await startFlow(servers, {
    minutes: 80 + runs * MINUTES_A_STRIKE,
    isCluster: true,
    speed: 60,
  });
  const { cluster } = flow.fixture;
  if (!cluster) throw new Error('no cluster');
  await Promise.all(FLOW_ROLES.map((role) => flow.fixture.start(role)));
  return { flow, cluster };
}

/**
 * The leader of a stream goes, and reminders go on without it: recovery is until every process has done new work while it is away. It
 * comes back before the next one goes, and is level again by then.
 */
function leaderAway(
  fault: string,
  away: (node: TestNats) => Promise<void>,
  back: (node: TestNats) => Promise<void>,
): Fault {
  return {
    name: fault,
    fullRuns: 24,
    async run(settings) {
      const { flow, cluster } = await clusterFlow(settings);
      let gone: TestNats | undefined;
      const comeBack = async () => {
        if (!gone) return;
        await back(gone);
        gone = undefined;
        await cluster.untilCurrent();
      };
      try {
        // What is judged is read from all three.
        const judged = {
          ...flow,
          async finish() {
            await comeBack();
            return flow.finish();
          },
        };
        return await strikeServer(fault, judged, settings, async (i) => {
          await comeBack();
          const node = await cluster.leaderOf(LED[i % LED.length] ?? 'REMINDERS');
          await away(node);
          gone = node;
        });
      } finally {
        await comeBack().catch(() => {});
        await flow.stop();
      }
    },
  };
}

/** Its streams are led by others, and it has missed what they wrote. */
export const leaderKilled = leaderAway(
  'kill -9 of one NATS node of three, the leader of another stream each time, two of each process',
  (node) => node.kill(),
  (node) => node.restart(),
);

/** Its connections stay open, and nothing comes from it: as a node that the network has cut off. Then it goes on where it was. */
export const leaderStopped = leaderAway(
  'SIGSTOP of one NATS node of three until reminders go on without it, then SIGCONT, two of each process',
  async (node) => void process.kill(node.pid(), 'SIGSTOP'),
  async (node) => void process.kill(node.pid(), 'SIGCONT'),
);

const ROLLING = 'rolling restart of everything: each NATS node, and one of two of each process';

/** As an upgrade goes: one after the other, each gracefully, the next when all is level. */
export const rollingRestart: Fault = {
  name: ROLLING,
  fullRuns: 12,
  async run(settings) {
    const { flow, cluster } = await clusterFlow(settings);
    const nextOf = async (i: number, random: Random) => {
      const role = FLOW_ROLES[i % FLOW_ROLES.length] ?? 'sender';
      await flow.running[role].stop();
      await delay(random() * LONGEST_BETWEEN_MS); // how long it is away is drawn from the seed
      flow.running[role] = await flow.fixture.start(role);
    };
    try {
      return await strikeServer(ROLLING, flow, settings, async (i, random) => {
        await cluster.nodes[i % cluster.nodes.length]?.restart();
        await cluster.untilCurrent();
        await nextOf(i, random);
      });
    } finally {
      await flow.stop();
    }
  },
};
