import { z } from 'zod';
import { databaseSettings, processSettings, setting } from '#services/platform/process/settings.ts';

export const projectorSettings = z.object({
  ...processSettings,
  ...databaseSettings,
  projections: setting.projections,
  /** Most messages written in one transaction. */
  projectorBatchSize: z.coerce.number().int().min(1).max(20_000).default(1_000),
});
export type ProjectorConfig = z.infer<typeof projectorSettings>;
