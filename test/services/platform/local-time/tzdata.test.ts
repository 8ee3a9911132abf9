import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  disagreementLines,
  type OffsetsElsewhere,
  offsetsInPostgres,
  tzdataDisagreements,
} from '#services/platform/local-time/tzdata.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres.ts';

const NOW = Date.parse('2026-11-25T10:00:00Z');
const ZONES = Intl.supportedValuesOf('timeZone');

let database: TestDatabase;
let postgres: OffsetsElsewhere;
beforeAll(async () => {
  database = await createTestDatabase();
  postgres = offsetsInPostgres(database.pool);
});
afterAll(() => database.drop());

/** Postgres as it would be with other rules for one zone from an instant on. */
const withRule =
  (timezone: string, from: string, until: string, shiftedBy: number): OffsetsElsewhere =>
  async (probes) => {
    const real = await postgres(probes);
    return probes.map((probe, i) => {
      const atMs = probe.epochMinute * 60_000;
      const other = probe.timezone === timezone && atMs >= Date.parse(from) && atMs < Date.parse(until);
      return (real[i] ?? 0) + (other ? shiftedBy : 0);
    });
  };

describe('tzdata of Node and Postgres', () => {
  it('is compared for every zone, and each difference named once', async () => {
    const found = await tzdataDisagreements(postgres, ZONES, NOW);
    process.stderr.write(
      `${ZONES.length} zones; they differ in ${JSON.stringify(disagreementLines(found))}\n`,
    );
    expect(new Set(found.map(({ timezone }) => timezone)).size).toBe(found.length);
    expect(found.length).toBeLessThan(10);
  });

  it('agrees in ordinary zones, also at gaps and overlaps', async () => {
    const zones = [
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'Africa/Cairo',
      'America/New_York',
      'Asia/Kathmandu',
    ];
    expect(await tzdataDisagreements(postgres, zones, NOW)).toEqual([]);
  });

  it('differs where Postgres has no summer time any more', async () => {
    const other = withRule('Europe/Berlin', '2027-03-28T01:00:00Z', '2027-10-31T01:00:00Z', -60);
    const found = await tzdataDisagreements(other, ['Europe/Paris', 'Europe/Berlin'], NOW);
    expect(found).toEqual([
      { timezone: 'Europe/Berlin', at: '2027-03-28T01:00:00.000Z', node: 'UTC+02:00', postgres: 'UTC+01:00' },
    ]);
    expect(disagreementLines(found)).toEqual([
      'Europe/Berlin: from 2027-03-28T01:00:00.000Z on Node says UTC+02:00 and Postgres UTC+01:00: update the older one. Reminders follow Node',
    ]);
  });

  it('differs where a shift is an hour later, and where Postgres alone has one, for four weeks', async () => {
    const later = withRule('America/New_York', '2027-03-14T07:00:00Z', '2027-03-14T08:00:00Z', -60);
    expect((await tzdataDisagreements(later, ['America/New_York'], NOW)).map(({ at }) => at)).toEqual([
      '2027-03-14T07:00:00.000Z',
    ]);
    const alone = withRule('Asia/Tokyo', '2028-02-01T00:00:00Z', '2028-02-29T00:00:00Z', 60);
    expect(await tzdataDisagreements(alone, ['Asia/Tokyo'], NOW)).toMatchObject([{ postgres: 'UTC+10:00' }]);
  });

  it('names zones that Postgres does not know, and passes over those that Node does not', async () => {
    const unknown: OffsetsElsewhere = async (probes) => probes.map(() => null);
    const found = await tzdataDisagreements(unknown, ['Asia/Tokyo'], NOW);
    expect(disagreementLines(found)).toEqual([
      "Postgres does not know the zone Asia/Tokyo, Node does: update Postgres's tzdata",
    ]);
    expect(await tzdataDisagreements(postgres, ['Mars/Olympus'], NOW)).toEqual([]);
    expect(await postgres([{ timezone: 'Mars/Olympus', epochMinute: 0 }])).toEqual([null]);
  });
});
