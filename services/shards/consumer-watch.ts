import type { ConsumerDefinition } from '#contracts/consumers.ts';
import { consumerInfo } from '#services/platform/jetstream/consumer-info.ts';
import { type Running, startLoop } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';

const LOOK_EVERY_MS = 2_000;

const GONE = 'SHARD_COUNT was changed: this process takes no ticks, restart it with the new one';

/**
 * Says clearly when this process has nothing to do any more, because its shards were removed after SHARD_COUNT changed.
 * It goes on by itself if they come back.
 * @param consumer any of them: all of one count are removed together.
 */
export function watchConsumer({ nats, clock, log, readiness }: Ports, consumer: ConsumerDefinition): Running {
  let present = true;
  const about = { consumer: consumer.name };
  readiness?.add({ name: 'shards', problem: () => (present ? undefined : GONE) });

  return startLoop(clock, {
    async round() {
      const wasPresent = present;
      present = (await consumerInfo(nats, consumer)) !== undefined;
      if (present && !wasPresent)
        log.warn(about, 'the shards of this process are back: it takes ticks again');
      if (!present && wasPresent) log.error(about, GONE);
      return LOOK_EVERY_MS;
    },
    // The consume loop says that the server is away.
    afterFailure: () => LOOK_EVERY_MS,
  });
}
