import type { Service } from '#services/platform/process/run-service.ts';
import { tickSettings } from './config.ts';
import { start } from './start.ts';

/** Needs NATS alone. */
export const tickService: Service<typeof tickSettings> = { name: 'tick', settings: tickSettings, start };
