import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { EVERY_DAY, localTimeOf, minuteOfDay } from '#contracts/time.ts';
import {
  canonicalTimezone,
  instantOf,
  localDateAt,
  localMinutesBeginning,
  localTimeAt,
  nextOccurrence,
  offsetLabel,
} from '#services/platform/local-time/local-time.ts';

const minuteAt = (iso: string) => Date.parse(iso) / 60_000;

const beginning = (iso: string, timezone: string) =>
  localMinutesBeginning(minuteAt(iso), timezone).map(
    (m) => `${m.on} ${m.weekday} ${localTimeOf(m.fromMinute)}`,
  );

describe('local minutes that begin at an instant', () => {
  it.each([
    ['an ordinary minute', '2026-11-25T05:00:00Z', 'Europe/Berlin', ['2026-11-25 3 06:00']],
    ['45 minutes off', '2026-11-25T00:00:00Z', 'Asia/Kathmandu', ['2026-11-25 3 05:45']],
    ['yesterday westwards', '2026-11-25T00:00:00Z', 'Pacific/Marquesas', ['2026-11-24 2 14:30']],
    ['before the gap', '2026-03-29T00:59:00Z', 'Europe/Berlin', ['2026-03-29 7 01:59']],
    ['after the gap', '2026-03-29T01:00:00Z', 'Europe/Berlin', ['2026-03-29 7 03:00', '2026-03-29 7 02:00']],
    [
      '02:30 with 03:30',
      '2026-03-29T01:30:00Z',
      'Europe/Berlin',
      ['2026-03-29 7 03:30', '2026-03-29 7 02:30'],
    ],
    ['an hour after the gap', '2026-03-29T02:00:00Z', 'Europe/Berlin', ['2026-03-29 7 04:00']],
    ['the first pass', '2026-10-25T00:30:00Z', 'Europe/Berlin', ['2026-10-25 7 02:30']],
    ['the second pass', '2026-10-25T01:30:00Z', 'Europe/Berlin', []],
    ['after the second pass', '2026-10-25T02:00:00Z', 'Europe/Berlin', ['2026-10-25 7 03:00']],
    [
      'Lord Howe gap',
      '2026-10-03T15:40:00Z',
      'Australia/Lord_Howe',
      ['2026-10-04 7 02:40', '2026-10-04 7 02:10'],
    ],
    ['Lord Howe overlap', '2026-04-04T15:10:00Z', 'Australia/Lord_Howe', []],
    [
      'Cairo midnight gap',
      '2026-04-23T22:15:00Z',
      'Africa/Cairo',
      ['2026-04-24 5 01:15', '2026-04-24 5 00:15'],
    ],
    ['Cairo midnight overlap', '2026-10-29T21:30:00Z', 'Africa/Cairo', []],
    ['Casablanca before Ramadan', '2026-02-15T02:10:00Z', 'Africa/Casablanca', []],
    [
      'Apia without 30 December',
      '2011-12-30T18:00:00Z',
      'Pacific/Apia',
      ['2011-12-31 6 08:00', '2011-12-30 5 08:00'],
    ],
    ['Apia a day later', '2011-12-31T18:00:00Z', 'Pacific/Apia', ['2012-01-01 7 08:00']],
  ])('%s', (_name, iso, timezone, expected) => {
    expect(beginning(iso, timezone)).toEqual(expected);
  });

  it('answers for all zones within a few milliseconds', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    const minute = minuteAt('2026-11-25T08:00:00Z');
    for (const zone of zones) localMinutesBeginning(minute, zone);
    const begins = zones.map((zone) => localMinutesBeginning(minute + 1, zone).length);
    expect(begins.every((count) => count === 1)).toBe(true);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => localMinutesBeginning(0, 'Mars/Olympus')).toThrow(RangeError);
  });
});

const zone = fc.constantFrom(
  ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'Africa/Monrovia'),
);
const day = fc
  .integer({ min: 0, max: 80 * 365 })
  .map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10));
const time = fc.integer({ min: 0, max: 1439 }).map(localTimeOf);

describe('conversions, from 1970 to 2049', () => {
  it('take local times to the instants that Temporal takes them to', () => {
    fc.assert(
      fc.property(day, time, zone, (on, at, timezone) => {
        const expected = Temporal.PlainDateTime.from(`${on}T${at}`).toZonedDateTime(timezone, {
          disambiguation: 'compatible',
        });
        expect(instantOf(on, at, timezone)).toBe(expected.epochMilliseconds);
      }),
      { numRuns: 3000 },
    );
  });

  it('begin each local minute at its instant', () => {
    fc.assert(
      fc.property(day, time, zone, (on, at, timezone) => {
        const begins = localMinutesBeginning(instantOf(on, at, timezone) / 60_000, timezone);
        expect(begins.map((m) => `${m.on}T${localTimeOf(m.fromMinute)}`)).toContain(`${on}T${at}`);
      }),
      { numRuns: 3000 },
    );
  });

  it('show what Temporal shows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2.5e12 }), zone, (instantMs, timezone) => {
        const there = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timezone);
        expect(localDateAt(instantMs, timezone)).toBe(there.toPlainDate().toString());
        expect(localTimeAt(instantMs, timezone)).toBe(there.toPlainTime().toString().slice(0, 5));
        expect(offsetLabel(timezone, instantMs)).toBe(`UTC${there.offset}`);
      }),
      { numRuns: 3000 },
    );
  });

  it('find the next occurrence by looking at every minute', () => {
    const inDstZones = fc.constantFrom(
      'Europe/Berlin',
      'Africa/Cairo',
      'Australia/Lord_Howe',
      'Pacific/Apia',
    );
    const weekdays = fc.subarray([...EVERY_DAY], { minLength: 1 });
    const days012 = fc.constantFrom(0, 0, 1, 2);
    const daysAfter = (on: string, days: number) => Temporal.PlainDate.from(on).add({ days }).toString();
    const start = fc.integer({ min: minuteAt('2011-12-20T00:00Z'), max: minuteAt('2012-05-01T00:00Z') });
    fc.assert(
      fc.property(start, time, days012, weekdays, inDstZones, (after, at, daysLater, days, timezone) => {
        const place = daysLater * 1440 + minuteOfDay(at);
        const found = nextOccurrence({ at, weekdays: days, place }, timezone, after * 60_000);
        if (daysLater === 0)
          expect(nextOccurrence({ at, weekdays: days }, timezone, after * 60_000)).toEqual(found);
        let minute = after + 1;
        const due = () =>
          localMinutesBeginning(minute, timezone).filter(
            (m) =>
              localTimeOf(m.fromMinute) === at &&
              days.some((d) => d === ((m.weekday - 1 - daysLater + 7) % 7) + 1),
          );
        while (due().length === 0) minute++;
        expect(found.instantMs).toBe(minute * 60_000);
        expect(due().map((m) => m.on)).toContain(daysAfter(found.on, daysLater));
      }),
      { numRuns: 100 },
    );
  });
});

describe('the day', () => {
  it('can begin after midnight', () => {
    const at = Date.parse('2026-11-25T00:30:00Z');
    expect(localDateAt(at, 'Europe/Berlin')).toBe('2026-11-25');
    expect(localDateAt(at, 'Europe/Berlin', '03:00')).toBe('2026-11-24');
    expect(localDateAt(at, 'Europe/Berlin', '01:30')).toBe('2026-11-25');
  });

  it('that begins after midnight is told by the clock on the wall, whatever it does that night', () => {
    const start = fc.integer({ min: 0, max: 360 }).map(localTimeOf);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2.5e12 }), zone, start, (instantMs, timezone, dayStartsAt) => {
        const wall = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timezone);
        const date = wall.toPlainDate();
        const early = wall.toPlainTime().toString() < dayStartsAt;
        const expected = early ? date.subtract({ days: 1 }) : date;
        expect(localDateAt(instantMs, timezone, dayStartsAt)).toBe(expected.toString());
      }),
      { numRuns: 3000 },
    );
    // Berlin shows 02:30 twice on 2026-10-25, and 03:00 right after 01:59 on 2026-03-29.
    for (const night of ['2026-10-25T00:30Z', '2026-10-25T01:30Z'])
      expect(localDateAt(Date.parse(night), 'Europe/Berlin', '03:00')).toBe('2026-10-24');
    expect(localDateAt(Date.parse('2026-03-29T00:59Z'), 'Europe/Berlin', '03:00')).toBe('2026-03-28');
    expect(localDateAt(Date.parse('2026-03-29T01:00Z'), 'Europe/Berlin', '03:00')).toBe('2026-03-29');
  });
});

describe('names of zones', () => {
  it.each([
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['asia/calcutta', 'Asia/Kolkata'],
    ['US/Pacific', 'America/Los_Angeles'],
    ['UTC', 'UTC'],
    ['+03:00', undefined],
    ['Mars/Olympus', undefined],
    ['', undefined],
    ['Europe/Berlin\n', undefined],
  ])('%j is stored as %s', (given, stored) => {
    expect(canonicalTimezone(given)).toBe(stored);
  });

  it('stay the same when given again', () => {
    for (const name of Intl.supportedValuesOf('timeZone')) {
      const stored = canonicalTimezone(name) ?? '';
      expect(canonicalTimezone(stored)).toBe(stored);
    }
  });
});
