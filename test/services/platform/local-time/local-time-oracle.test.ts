import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { localTimeOf } from '#contracts/time.ts';
import {
  instantOf,
  localDateAt,
  localMinutesBeginning,
  offsetLabel,
} from '#services/platform/local-time/local-time.ts';

/*
 * The oracle: transitions of the system's tzdata, read by the C library's zdump, and a wall clock that is simply run
 * through every minute of the days around each of them.
 */

type Transition = { at: number; before: number; after: number };

const FROM_YEAR = 2024;
const TO_YEAR = 2030;
const AROUND = 26 * 60;
const LINE = /^(\S+)\s+\w{3} (\w{3})\s+(\d+) (\d\d:\d\d:\d\d) (\d{4}) UTC? = .* gmtoff=(-?\d+)$/;

const zones = Intl.supportedValuesOf('timeZone');
const transitions = readTransitions();

describe.skipIf(transitions === undefined)('against zdump, all transitions from 2024 to 2030', () => {
  it('begins each local minute of the days around exactly once, at the instant of the oracle', () => {
    const differing: string[] = [];
    let compared = 0;
    for (const [timezone, list] of transitions ?? []) {
      if (list.some((transition) => !sameTzdata(timezone, transition))) {
        differing.push(timezone);
        continue;
      }
      for (const transition of list) {
        const expected = oracle(transition);
        expect(difference(beginnings(timezone, transition), expected)).toBeUndefined();
        expect(wrongInstant(timezone, expected)).toBeUndefined();
        expect(wrongDate(timezone, transition)).toBeUndefined();
        compared++;
      }
    }
    process.stderr.write(
      `compared ${compared} transitions; tzdata differs: ${differing.join(', ') || 'nowhere'}\n`,
    );
    expect(compared).toBeGreaterThan(1000);
    expect(differing.length).toBeLessThan(20);
  });

  it('knows no other transition', () => {
    const still = zones.filter((zone) => transitions?.get(zone) === undefined);
    expect(still.length).toBeGreaterThan(150);
    for (const timezone of still) {
      const labels = new Set<string>();
      for (let month = 0; month < 12 * (TO_YEAR - FROM_YEAR + 1); month++)
        labels.add(offsetLabel(timezone, Date.UTC(FROM_YEAR, month, 15)));
      expect([timezone, labels.size]).toEqual([timezone, 1]);
    }
  });
});

/** Instants at which each local minute begins, as `localMinute -> instants`, within reach of the transition. */
function beginnings(timezone: string, { at }: Transition): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let instant = at - AROUND; instant < at + AROUND; instant++) {
    for (const { on, weekday, fromMinute } of localMinutesBeginning(instant, timezone)) {
      const local = Date.parse(on) / 60_000 + fromMinute;
      if (weekday !== isoWeekday(on)) throw new Error(`${on} is no weekday ${weekday}`);
      found.set(local, [...(found.get(local) ?? []), instant]);
    }
  }
  return found;
}

function oracle({ at, before, after }: Transition): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let instant = at - AROUND; instant < at + AROUND; instant++) {
    const wall = instant + (instant < at ? before : after);
    if (!found.has(wall)) found.set(wall, [instant]);
  }
  for (let skipped = at + before; skipped < at + after; skipped++) found.set(skipped, [skipped - before]);
  return found;
}

const isoWeekday = (on: string) => new Date(on).getUTCDay() || 7;
const dateOfMinute = (localMinute: number) => new Date(localMinute * 60_000).toISOString().slice(0, 10);

/** The same question the other way round: when a local time happens. Not every minute, to be quick. */
function wrongInstant(timezone: string, expected: Map<number, number[]>): string | undefined {
  for (const [local, [instant]] of expected) {
    if (local % 5 !== 0 || instant === undefined) continue;
    const on = dateOfMinute(local);
    const found = instantOf(on, localTimeOf(local - Date.parse(on) / 60_000), timezone) / 60_000;
    if (found !== instant) return `${timezone} ${on} ${local} happens at ${found} instead of ${instant}`;
  }
  return undefined;
}

/** Days that begin at 00:00, and those that begin after midnight, around the transition. */
function wrongDate(timezone: string, { at, before, after }: Transition): string | undefined {
  for (let instant = at - AROUND; instant < at + AROUND; instant += 5) {
    const wall = instant + (instant < at ? before : after);
    for (const startsAt of [0, 180]) {
      const found = localDateAt(instant * 60_000, timezone, localTimeOf(startsAt));
      const expected = dateOfMinute(wall - startsAt);
      if (found !== expected) return `${timezone} at ${instant}: ${found} instead of ${expected}`;
    }
  }
  return undefined;
}

/** The first local minute on which they differ; far quicker than comparing the maps by `toEqual`. */
function difference(found: Map<number, number[]>, expected: Map<number, number[]>): string | undefined {
  for (const local of new Set([...found.keys(), ...expected.keys()])) {
    const [is, shouldBe] = [String(found.get(local)), String(expected.get(local))];
    if (is !== shouldBe) return `local minute ${local} begins at ${is} instead of ${shouldBe}`;
  }
  return undefined;
}

/** Node carries its own tzdata, which may be newer than the system's: only zones on which both agree are compared. */
function sameTzdata(timezone: string, { at, before, after }: Transition): boolean {
  return (
    offsetLabel(timezone, (at - 1) * 60_000) === label(before) &&
    offsetLabel(timezone, at * 60_000) === label(after)
  );
}

function label(offset: number): string {
  return `UTC${offset < 0 ? '-' : '+'}${localTimeOf(Math.abs(offset))}`;
}

function readTransitions(): Map<string, Transition[]> | undefined {
  try {
    const range = `${FROM_YEAR},${TO_YEAR + 1}`;
    const output = execFileSync('zdump', ['-v', '-c', range, ...zones], { maxBuffer: 2 ** 28 }).toString();
    return parse(output);
  } catch {
    return undefined;
  }
}

function parse(output: string): Map<string, Transition[]> {
  const found = new Map<string, Transition[]>();
  let previous: { zone: string; offset: number } | undefined;
  for (const line of output.split('\n')) {
    const [, zone, month, dayOfMonth, time, year, seconds] = LINE.exec(line) ?? [];
    if (!zone) continue;
    const offset = Number(seconds) / 60;
    if (previous?.zone === zone && previous.offset !== offset) {
      const at = Date.parse(`${dayOfMonth} ${month} ${year} ${time} UTC`) / 60_000;
      found.set(zone, [...(found.get(zone) ?? []), { at, before: previous.offset, after: offset }]);
    }
    previous = { zone, offset };
  }
  return found;
}
