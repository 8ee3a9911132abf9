import type { ProjectionDefinition } from '../engine/projection.ts';
import { writeEvents } from './write-events.ts';

/*
 * What is needed to fire, render and list reminders. `event-changes.ts` folds a batch of EVENTS, `write-events.ts` writes
 * the result. Shards read `due.ts`; senders read `send-facts.ts` and `recipients.ts`; the bot reads `recipients.ts` and
 * asks `due-minute.ts` when a reminder will come.
 */

export const projection: ProjectionDefinition = {
  database: 'schedules',
  sources: { EVENTS: writeEvents },
  readers: ['shards', 'sender', 'bot'],
};
