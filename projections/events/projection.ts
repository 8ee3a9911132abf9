import type { ProjectionDefinition } from '../engine/projection.ts';
import { writeDeliveries } from './write-deliveries.ts';
import { writeEvents } from './write-events.ts';

/*
 * The two streams as tables, message by message, for questions that no other projection answers. As large as the log, so it is
 * off by default.
 */

export const projection: ProjectionDefinition = {
  database: 'analytics',
  sources: { EVENTS: writeEvents, DELIVERIES: writeDeliveries },
  default: 'off',
};
