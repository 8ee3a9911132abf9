import { JetStreamApiCodes, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { Running } from '#services/platform/jetstream/consume.ts';
import type { Ports } from '#services/platform/process/run-service.ts';

const LOOK_EVERY_MS = 2_000;

/**
 * Says clearly when this process has nothing to do any more, because its shards were removed after SHARD_COUNT changed.
 * It goes on by itself if they come back.
 * @param consumer any of them: all of one count are removed together.
 */
export function watchPresence({ nats, clock, log }: Ports, consumer: string): Running {
  const stopping = new AbortController();
  const manager = jetstreamManager(nats, { checkAPI: false });
  let present = true;

  async function look(): Promise<void> {
    const now = await isPresent(manager, consumer);
    if (now === present) return;
    present = now;
    if (now) log.warn({ consumer }, 'the shards of this process are back: it takes ticks again');
    else
      log.error(
        { consumer },
        'SHARD_COUNT was changed: this process takes no ticks, restart it with the new one',
      );
  }

  const loop = async () => {
    while (!stopping.signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, stopping.signal);
      // Whoever pulls says that the server is away.
      await look().catch(() => {});
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function isPresent(manager: ReturnType<typeof jetstreamManager>, consumer: string): Promise<boolean> {
  try {
    await (await manager).consumers.info('TICKS', consumer);
    return true;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound) return false;
    throw error;
  }
}
