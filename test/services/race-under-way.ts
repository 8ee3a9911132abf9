import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { TestNatsCluster } from '../support/nats-cluster.ts';

/** Reads after the second write, until the replicas go on. */
const READS = 3;
/** The quicker write is dropped when the replicas elect another leader. */
const TRIES = 5;
/** What stood still in the race before may be electing a leader yet. */
const ELECTED_MS = 60_000;
/** The quicker write is answered once the replicas go on. */
const STORED_MS = 60_000;

export type Racecourse = {
  cluster: TestNatsCluster;
  /** Both write by it, so that the quicker one is the first. */
  nats: NatsConnection;
  observer: NatsConnection;
};

export type Race = {
  stream: string;
  /** Where both write. */
  subject: string;
  /** What the quicker one writes, and after which sequence of the subject. */
  quicker: unknown;
  after: number;
  /** Writes too, by what it has read before. */
  lose(): Promise<unknown>;
  /** What it comes to, given the sequence of what was quicker. */
  comesTo(sequence: number): unknown;
};

/** @param race made again for each try, and while what it reads has no leader. */
export async function runRace(
  { cluster, nats, observer }: Racecourse,
  race: () => Promise<Race>,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { stream, subject, quicker, after, lose, comesTo } = await eventually(race, {
      timeoutMs: ELECTED_MS,
    });
    await cluster.lead(stream);
    const seen = await observe(observer, stream, subject);
    const expectation = { expect: { lastSubjectSequence: after }, timeout: STORED_MS };
    const { won, lost, writes } = await cluster.withoutQuorum(async () => {
      const winning = jetstream(nats).publish(subject, JSON.stringify(quicker), expectation);
      const won = Promise.allSettled([winning]);
      const lost = Promise.allSettled([lose()]);
      await Promise.race([lost, seen.readAgain]);
      return { won, lost, writes: seen.writes() };
    });
    const [[winner], [loser]] = await Promise.all([won, lost]);
    seen.stop();
    if (winner?.status !== 'fulfilled' || loser?.status !== 'fulfilled') {
      if (tries < TRIES) continue;
      throw new Error('a write failed', { cause: [winner, loser] });
    }
    expect(loser.value).toEqual(comesTo(winner.value.seq));
    expect(writes).toBe(2);
    return;
  }
}

/** What goes to a stream: `readAgain` resolves when its leader was asked three times since the second write. */
async function observe(observer: NatsConnection, stream: string, subject: string) {
  const { promise: readAgain, resolve } = Promise.withResolvers<void>();
  let writes = 0;
  let reads = 0;
  const written = observer.subscribe(subject, { callback: () => void writes++ });
  const asked = observer.subscribe(`$JS.API.STREAM.MSG.GET.${stream}`, {
    callback() {
      if (writes >= 2 && ++reads === READS) resolve();
    },
  });
  await observer.flush();
  return {
    readAgain,
    writes: () => writes,
    stop() {
      written.unsubscribe();
      asked.unsubscribe();
    },
  };
}
