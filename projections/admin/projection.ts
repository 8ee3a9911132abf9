import type { ProjectionDefinition } from '../engine/projection.ts';
import { countDeliveries } from './count-deliveries.ts';
import { countEvents } from './count-events.ts';

/*
 * Figures for admins: outcomes of reminders by day and of broadcasts, lateness, activity by day. The bot reads them for `/admin`
 * by `figures.ts`, `lateness.ts` and `activity.ts`.
 */

export const projection: ProjectionDefinition = {
  database: 'schedules',
  sources: { DELIVERIES: countDeliveries, EVENTS: countEvents },
  readers: ['bot'],
};
