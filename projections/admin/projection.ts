import type { ProjectionDefinition } from '../engine/projection.ts';
import { countDeliveries } from './count-deliveries.ts';

/*
 * Figures for admins: outcomes of reminders by day, and of broadcasts. The bot reads `figures.ts` for `/admin`.
 */

export const projection: ProjectionDefinition = {
  database: 'schedules',
  sources: { DELIVERIES: countDeliveries },
  readers: ['bot'],
};
