import { statfs } from 'node:fs/promises';
import { systemClock } from '#services/platform/process/clock.ts';
import { type Running, startLoop } from '#services/platform/process/lifecycle.ts';
import { oncePerMinute } from '#services/platform/process/once-per-minute.ts';

const LOOK_EVERY_MS = 2_000;
/** One bad answer may be a server that is busy. */
const BAD_LOOKS = 3;
/** Less would be full again before the restart is over. */
const ENOUGH_BYTES = 16 * 1024 ** 2;

type StuckStoreOptions = {
  storeDir: string;
  /** Of the server that runs now; undefined while none does. */
  monitorUrl(): string | undefined;
  restart(): Promise<void>;
  print(line: string): void;
};

/**
 * Restarts a nats-server that cannot store, once its disk has space. After an error of the disk a stream takes no
 * message any more, with space or without, until the server starts again; the server's own health check tells so
 * (nats-server 2.14). What it had acked is kept, but for what is stored behind its ack, which shards do again.
 */
export function restartWhenStuck({ storeDir, monitorUrl, restart, print }: StuckStoreOptions): Running {
  let badLooks = 0;
  let told = false;
  const notYet = oncePerMinute((why: string) => print(`nats-server cannot be restarted yet: ${why}`));
  return startLoop(systemClock, {
    async round() {
      const url = monitorUrl();
      badLooks = url === undefined || (await isHealthy(url)) ? 0 : badLooks + 1;
      if (badLooks < BAD_LOOKS) return LOOK_EVERY_MS;
      const { bavail, bsize } = await statfs(storeDir);
      if (bavail * bsize < ENOUGH_BYTES) {
        if (!told)
          print(`The disk of ${storeDir} is full: nothing is saved. Free some space, and it goes on.`);
        told = true;
        return LOOK_EVERY_MS;
      }
      print('nats-server could not store and is restarted.');
      await restart();
      badLooks = 0;
      told = false;
      return LOOK_EVERY_MS;
    },
    afterFailure(error) {
      notYet(error instanceof Error ? error.message : String(error));
      return LOOK_EVERY_MS;
    },
  });
}

async function isHealthy(monitorUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(LOOK_EVERY_MS) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false; // gone, or too busy to answer
  }
}
