import type { ProjectionDefinition } from '../engine/projection.ts';
import { countDeliveries } from './count-deliveries.ts';

/** Figures for admins. */
export const projection: ProjectionDefinition = {
  database: 'schedules',
  sources: { DELIVERIES: countDeliveries },
};
