import type { ProjectionDefinition } from '#projections/engine/projection.ts';
import { writeEvents } from './write-events.ts';

/*
 * How many entries people made for a date. `write-events.ts` writes, `tables.sql` and `views.sql` are what is read, and
 * `examples.json` says what comes of which messages.
 */

export const projection: ProjectionDefinition = {
  database: 'analytics',
  sources: { EVENTS: writeEvents },
  // Who may read its views: SQL people, by the role habitstream_analyst.
  readers: ['analyst'],
};
