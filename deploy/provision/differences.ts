import { isDeepStrictEqual } from 'node:util';
import { covers } from '#contracts/subject-pattern.ts';

type Settings = Record<string, unknown>;

/** One setting that is not as desired. */
export type Difference = { field: string; from: unknown; to: unknown };

/** `never`: the server cannot do it to an existing stream or consumer. `loses`: it would delete stored messages. */
export type Danger = { kind: 'never' | 'loses'; why: string };

/** What differs between an existing and a desired configuration. Settings that `desired` does not have are ignored. */
export function differences(existing: object, desired: object): Difference[] {
  const have: Settings = { ...existing };
  return Object.entries(desired)
    .map(([field, to]) => ({ field, from: have[field], to }))
    .filter(({ from, to }) => !same(from, to));
}

/** The server leaves out what is false, empty or the default, and orders lists as it likes. */
function same(from: unknown, to: unknown): boolean {
  if (Array.isArray(from) && Array.isArray(to)) return isDeepStrictEqual([...from].sort(), [...to].sort());
  return isDeepStrictEqual(from ?? false, to ?? false) || ((from ?? 0) === 0 && (to ?? 0) === 0);
}

const FIXED = ['storage', 'retention', 'persist_mode', 'ack_policy', 'deliver_policy'];
/** Settings for which 0 or less means no limit. */
const LIMITS = ['max_age', 'max_msgs', 'max_msgs_per_subject', 'max_bytes'];
/** Asked for with room for what is stored (shares.ts), so a lower one deletes nothing. */
const LOWERED_SAFELY = ['max_bytes'];

/** Why a difference must not simply be applied, or undefined when it may. */
export function danger({ field, from, to }: Difference): Danger | undefined {
  if (field === 'persist_mode' && from === 'async')
    return { kind: 'never', why: 'it was made for one server, and only a new one can have replicas' };
  if (FIXED.includes(field)) return { kind: 'never', why: 'the server cannot change it' };
  if (LIMITS.includes(field) && !LOWERED_SAFELY.includes(field) && limit(to) < limit(from))
    return { kind: 'loses', why: 'stored messages beyond it would be deleted' };
  if (field !== 'subjects') return undefined;
  const dropped = texts(from).filter((subject) => !texts(to).some((pattern) => covers(pattern, subject)));
  if (dropped.length === 0) return undefined;
  return { kind: 'loses', why: `messages on ${dropped.join(', ')} would no longer be kept` };
}

function limit(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : Number.POSITIVE_INFINITY;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

const DURATIONS = ['max_age', 'duplicate_window', 'ack_wait', 'subject_delete_marker_ttl'];

/** A difference as operators read it: `max_age: 24h → 48h`. */
export function describe({ field, from, to }: Difference): string {
  return `${field}: ${shown(field, from)} → ${shown(field, to)}`;
}

/** A setting's value as operators read it. */
export function shown(field: string, raw: unknown): string {
  if (LIMITS.includes(field) && limit(raw) === Number.POSITIVE_INFINITY) return 'no limit';
  if (DURATIONS.includes(field) && typeof raw === 'number') return duration(raw / 1_000_000_000);
  if (Array.isArray(raw)) return raw.join(',');
  return raw === undefined ? 'unset' : String(raw);
}

function duration(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60}m`;
  return `${seconds}s`;
}
