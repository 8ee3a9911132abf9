import type { ProjectionDefinition } from '../engine/projection.ts';
import { writeEvents } from './write.ts';

/** What is needed to fire, render and list reminders. */
export const projection: ProjectionDefinition = {
  database: 'schedules',
  sources: { EVENTS: writeEvents },
};
