import { buckets, type StreamName, streamOfBucket, streams } from '#contracts/streams.ts';

/*
 * What a backup holds, and why not the rest: README.md.
 */

/**
 * In the order of their snapshots: what was made from another stream before that stream, so that the cause is in the backup of what
 * is there by it. A person who is being forgotten meanwhile has a request in FORGETTING or a tombstone, whichever step it is at:
 * the tombstone is there before the request goes.
 */
export const BACKED_UP = [
  'DEAD',
  'BROADCASTS',
  'DELIVERIES',
  'EVENTS',
  'FORGETTING',
  'TOMBSTONES',
] as const satisfies readonly StreamName[];
export type BackedUpStream = (typeof BACKED_UP)[number];

/** Who is not to come back is known before the log is there; the log comes last, since all begins with it. */
export const RESTORE_ORDER: readonly BackedUpStream[] = [
  'TOMBSTONES',
  'FORGETTING',
  'DELIVERIES',
  'BROADCASTS',
  'DEAD',
  'EVENTS',
];

/** A server that goes on keeps these as they are: they may know of people whom the backup does not. */
export const OUTLIVING: readonly string[] = ['FORGETTING', 'TOMBSTONES'];

/** Every stream of ours, those of buckets too. */
export const OURS: readonly string[] = [
  ...streams.map(({ name }) => name),
  ...buckets.map(({ name }) => streamOfBucket(name)),
];

/** They fill by themselves, and nothing in them is missed. */
const REFILLED: readonly string[] = ['TICKS', ...buckets.map(({ name }) => streamOfBucket(name))];
export const isMissed = (stream: string): boolean => !REFILLED.includes(stream);
