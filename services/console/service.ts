import type { Service } from '#services/platform/process/run-service.ts';
import { consoleSettings } from './config.ts';
import { start } from './start.ts';

/** Needs NATS alone, so it shows also that Postgres is away. */
export const consoleService: Service<typeof consoleSettings> = {
  name: 'console',
  settings: consoleSettings,
  start,
};
