import type { Service } from '#services/platform/process/run-service.ts';
import { ingressSettings } from './config.ts';
import { start } from './start.ts';

/** Needs NATS alone. */
export const ingressService: Service<typeof ingressSettings> = {
  name: 'ingress',
  settings: ingressSettings,
  start,
};
