import { z } from 'zod';
import { processSettings } from '../runtime/settings.ts';

/** `tick` needs no settings of its own. */
export const configSchema = z.object(processSettings);
