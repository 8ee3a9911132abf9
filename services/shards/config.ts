import { z } from 'zod';
import { processSettings, setting } from '#services/platform/process/settings.ts';

export const shardsSettings = z
  .object({
    ...processSettings,
    databaseUrl: setting.databaseUrl,
    shardCount: setting.shardCount,
    /** Which shards this process runs, such as `0-7` or `0,3,12`. All of them unless given. */
    shards: z
      .string()
      .regex(/^\d{1,2}(-\d{1,2})?(,\d{1,2}(-\d{1,2})?)*$/, 'shards such as 0-7 or 0,3,12')
      .transform(shardList)
      .optional(),
    /** A reminder that could not be sent this long after its minute began is recorded as expired. */
    reminderDeadlineMs: z.coerce
      .number()
      .int()
      .min(60_000)
      .max(24 * 3_600_000)
      .default(2 * 3_600_000),
    /** How long a tick waits for the projection before it is given back and tried again. */
    barrierWaitMs: z.coerce.number().int().min(100).max(60_000).default(10_000),
    /** Reminders published and not acknowledged yet, all shards of this process together. */
    queueInFlight: z.coerce.number().int().min(1).max(16_384).default(4_096),
    /** Rows read from the database at once, for each shard. */
    dueChunkSize: z.coerce.number().int().min(1).max(50_000).default(2_000),
  })
  .refine(({ shards, shardCount }) => !Array.isArray(shards) || shards.every((shard) => shard < shardCount), {
    path: ['shards'],
    message: 'every shard is below SHARD_COUNT',
    // Said even when other settings are wrong too: all problems at once.
    when: () => true,
  });
export type ShardsConfig = z.infer<typeof shardsSettings>;

/** `0-2,5` is 0, 1, 2 and 5. */
function shardList(text: string): number[] {
  const ranges = text.split(',').map((range) => range.split('-').map(Number));
  const all = ranges.flatMap(([first = 0, last = first]) =>
    Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i),
  );
  return [...new Set(all)].sort((a, b) => a - b);
}
