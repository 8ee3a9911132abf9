import { type ConsumerInfo, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../process/clock.ts';

/** `oldestAgeS`: seconds since its oldest message that is not acked was stored; `idleS`: how long it was seen to stand still with such. */
export type ConsumerFigures = { info: ConsumerInfo; oldestAgeS: number; idleS: number };

type Ports = { nats: NatsConnection; clock: Clock };

/**
 * What the server says of durable consumers, asked for again and again: standing still is seen by comparison. One request for each
 * stream, and one for the age of each consumer that has something.
 * @param isAged whether the age is wanted, which takes the right to read the stream; without it the age is 0.
 */
export function consumerFigures(
  { nats, clock }: Ports,
  isAged: (stream: string) => boolean,
): (streams: Iterable<string>, isWanted: (info: ConsumerInfo) => boolean) => Promise<ConsumerFigures[]> {
  const idle = idleTimes(clock);
  return async (streams, isWanted) => {
    const manager = await jetstreamManager(nats, { checkAPI: false });
    const infos: ConsumerInfo[] = [];
    for (const stream of streams)
      for await (const info of manager.consumers.list(stream)) if (isWanted(info)) infos.push(info);
    return Promise.all(
      infos.map(async (info) => ({
        info,
        oldestAgeS: isAged(info.stream_name) ? await oldestAgeS(manager, info, clock) : 0,
        idleS: idle.secondsOf(info),
      })),
    );
  };
}

/** By the server's clock, where it says it. */
async function oldestAgeS({ streams }: JetStreamManager, info: ConsumerInfo, clock: Clock): Promise<number> {
  const { stream_name: stream, config, ts } = info;
  if (info.num_pending + info.num_ack_pending === 0) return 0;
  const filters = config.filter_subjects ?? [config.filter_subject ?? '>'];
  // Everything up to the ack floor is done with, so the oldest comes next.
  const seq = info.ack_floor.stream_seq + 1;
  const firsts = await Promise.all(
    filters.map((subject) => {
      const query = { seq, next_by_subj: subject };
      return streams.getMessage(stream, query);
    }),
  );
  const nowMs = ts === undefined ? clock.now() : Date.parse(ts);
  const ages = firsts.flatMap((first) => (first ? [nowMs - first.time.getTime()] : []));
  return Math.max(0, ...ages) / 1000;
}

/** Where each consumer was seen, and since when. A new leader does not know when its consumer was last active. */
function idleTimes(clock: Clock) {
  const seen = new Map<string, { place: string; sinceMs: number }>();
  return {
    secondsOf({ name, num_pending, num_ack_pending, ack_floor, delivered }: ConsumerInfo): number {
      const waiting = num_pending + num_ack_pending;
      const place = `${waiting > 0} ${ack_floor.stream_seq} ${delivered.stream_seq} ${num_ack_pending}`;
      const nowMs = clock.now();
      const before = seen.get(name);
      const sinceMs = before?.place === place ? before.sinceMs : nowMs;
      seen.set(name, { place, sinceMs });
      return waiting === 0 ? 0 : (nowMs - sinceMs) / 1000;
    },
  };
}
