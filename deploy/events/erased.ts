import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { SourceName } from '#projections/engine/projection.ts';
import type { ExportedFile } from './manifest.ts';

/**
 * Files of which the log has lost messages since they were written. What grew too old for a stream is not meant: an export
 * may keep it for longer than the log does.
 */
export async function erasedSince(
  nats: NatsConnection,
  stream: SourceName,
  files: readonly ExportedFile[],
): Promise<ExportedFile[]> {
  if (files.length === 0) return [];
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const { state, config } = await manager.streams.info(stream, { deleted_details: true });
  const oldestMs = config.max_age > 0 ? Date.now() - config.max_age / NANOSECONDS_PER_MS + DAY_MS : 0;
  const deleted = (state.deleted ?? []).toSorted((a, b) => a - b);
  // The server lists what is missing behind its first message; before that one everything is.
  const missingUpTo = (sequence: number) =>
    Math.min(sequence, state.first_seq - 1) + countUpTo(deleted, sequence);
  return files.filter(({ from, to, missing, firstStoredAt }) => {
    return Date.parse(firstStoredAt) > oldestMs && missingUpTo(to) - missingUpTo(from - 1) > missing;
  });
}

const NANOSECONDS_PER_MS = 1_000_000;
/** The server removes what is too old now and then, and clocks differ. */
const DAY_MS = 86_400_000;

/** How many of rising numbers are not above a limit. */
function countUpTo(rising: readonly number[], limit: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
