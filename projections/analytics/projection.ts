import type { ProjectionDefinition } from '../engine/projection.ts';
import { writeDeliveries } from './write-deliveries.ts';
import { writeEvents } from './write-events.ts';

/*
 * Facts and dimensions for SQL people, without names and texts of users. EVENTS fill the dimensions, the entries, the
 * snoozes and the vacations; DELIVERIES fill the outcomes of reminders. `views.sql` has the questions that are asked most.
 * No service reads these tables; analysts do.
 */

export const projection: ProjectionDefinition = {
  database: 'analytics',
  sources: { EVENTS: writeEvents, DELIVERIES: writeDeliveries },
  readers: ['analyst'],
};
