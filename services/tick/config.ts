import { z } from 'zod';
import { processSettings } from '#services/platform/process/settings.ts';

/** `tick` needs no settings of its own. */
export const tickSettings = z.object(processSettings);
