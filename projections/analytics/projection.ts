import type { ProjectionDefinition } from '../engine/projection.ts';
import { writeDeliveries } from './write-deliveries.ts';
import { writeEvents } from './write-events.ts';

/** Facts and dimensions for SQL people. */
export const projection: ProjectionDefinition = {
  database: 'analytics',
  sources: { EVENTS: writeEvents, DELIVERIES: writeDeliveries },
};
