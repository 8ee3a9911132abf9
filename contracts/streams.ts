import { fillerSubject, STREAM_SUBJECTS } from './subjects.ts';

/*
 * Streams and buckets as data. The provisioning command applies them; services only check that they exist. Durations
 * are milliseconds.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export type StreamName = keyof typeof STREAM_SUBJECTS;

/**
 * What happens to a message that does not fit. `refuse`: its writer is told, and tries again later. `oldestGo`: the
 * oldest messages are deleted for it. Why which: README.md.
 */
export type WhenFull = 'refuse' | 'oldestGo';

/** How much a stream or bucket may hold. */
type Room = {
  /** Of what a server may hold in all of them together, in thousandths. */
  sharePerMille: number;
  whenFull: WhenFull;
};

export type StreamDefinition = Room & {
  name: StreamName;
  subjects: string[];
  description: string;
  /** 0 keeps for ever. */
  maxAgeMs: number;
  /** How long message ids are remembered. */
  duplicateWindowMs: number;
  /** Several messages stored all or none. Not possible together with `async`. */
  atomic: boolean;
  /** Acked before it is on disk: only for what can be computed again. */
  async: boolean;
  /** Larger bodies (headers included) are refused. */
  maxMessageBytes: number;
  /** Keeps the newest message of each subject alone. */
  onlyLast?: boolean;
};

const KIB = 1024;

export const streams: readonly StreamDefinition[] = [
  {
    name: 'EVENTS',
    subjects: [STREAM_SUBJECTS.EVENTS],
    description: 'What happened to accounts and habits: the source of truth',
    maxAgeMs: 0,
    duplicateWindowMs: 2 * MINUTE,
    atomic: true,
    async: false,
    maxMessageBytes: 64 * KIB,
    sharePerMille: 400,
    whenFull: 'refuse',
  },
  {
    name: 'TICKS',
    subjects: [STREAM_SUBJECTS.TICKS],
    description: 'One message a minute, without gaps',
    maxAgeMs: 7 * DAY,
    duplicateWindowMs: 2 * MINUTE,
    atomic: false,
    async: true,
    maxMessageBytes: KIB,
    sharePerMille: 5,
    whenFull: 'oldestGo',
  },
  {
    name: 'UPDATES',
    subjects: [STREAM_SUBJECTS.UPDATES, fillerSubject('UPDATES')],
    description: 'Raw updates from Telegram, once each',
    maxAgeMs: 2 * DAY,
    duplicateWindowMs: 2 * DAY,
    atomic: false,
    async: false,
    maxMessageBytes: 512 * KIB,
    sharePerMille: 150,
    whenFull: 'refuse',
  },
  {
    name: 'REMINDERS',
    subjects: [STREAM_SUBJECTS.REMINDERS, fillerSubject('REMINDERS')],
    description: 'Reminders due, one for a person and minute',
    maxAgeMs: 2 * DAY,
    duplicateWindowMs: 2 * MINUTE,
    atomic: false,
    async: true,
    maxMessageBytes: 64 * KIB,
    sharePerMille: 120,
    whenFull: 'oldestGo',
  },
  {
    name: 'DELIVERIES',
    subjects: [STREAM_SUBJECTS.DELIVERIES, fillerSubject('DELIVERIES')],
    description: 'How each reminder ended',
    maxAgeMs: 400 * DAY,
    duplicateWindowMs: HOUR,
    atomic: false,
    async: false,
    maxMessageBytes: 64 * KIB,
    sharePerMille: 110,
    whenFull: 'oldestGo',
  },
  {
    name: 'BROADCASTS',
    subjects: [STREAM_SUBJECTS.BROADCASTS],
    description: 'What admins send to everybody: the text once, how far it is, and whether it was called off',
    maxAgeMs: 400 * DAY,
    duplicateWindowMs: 2 * MINUTE,
    atomic: false,
    async: false,
    maxMessageBytes: 64 * KIB,
    sharePerMille: 5,
    whenFull: 'refuse',
  },
  {
    name: 'REPLIES',
    subjects: [STREAM_SUBJECTS.REPLIES, fillerSubject('REPLIES')],
    description: 'What each person is still to be answered, merged',
    maxAgeMs: 2 * DAY,
    duplicateWindowMs: 2 * MINUTE,
    atomic: false,
    async: false,
    maxMessageBytes: 256 * KIB,
    onlyLast: true,
    sharePerMille: 5,
    whenFull: 'oldestGo',
  },
  {
    name: 'MOVING',
    subjects: [STREAM_SUBJECTS.MOVING, fillerSubject('MOVING')],
    description: 'Files to be read or written for people: imports and exports',
    maxAgeMs: 2 * DAY,
    duplicateWindowMs: HOUR,
    atomic: false,
    async: false,
    maxMessageBytes: 16 * KIB,
    sharePerMille: 5,
    whenFull: 'refuse',
  },
  {
    name: 'DEAD',
    subjects: [STREAM_SUBJECTS.DEAD, fillerSubject('DEAD')],
    description: 'Poison messages, each with its error',
    maxAgeMs: 30 * DAY,
    duplicateWindowMs: HOUR,
    atomic: false,
    async: false,
    maxMessageBytes: 1024 * KIB,
    sharePerMille: 20,
    whenFull: 'oldestGo',
  },
  {
    name: 'REPLAYS',
    subjects: [STREAM_SUBJECTS.REPLAYS, fillerSubject('REPLAYS')],
    description: 'Dead letters handed back to their consumer',
    maxAgeMs: 2 * DAY,
    duplicateWindowMs: HOUR,
    atomic: false,
    async: false,
    maxMessageBytes: 1024 * KIB,
    sharePerMille: 10,
    whenFull: 'refuse',
  },
  {
    name: 'FORGETTING',
    subjects: [STREAM_SUBJECTS.FORGETTING],
    description: 'Who is to be forgotten',
    maxAgeMs: 400 * DAY,
    duplicateWindowMs: 2 * MINUTE,
    atomic: false,
    async: false,
    maxMessageBytes: 16 * KIB,
    sharePerMille: 2,
    whenFull: 'refuse',
  },
  {
    name: 'TOMBSTONES',
    subjects: [STREAM_SUBJECTS.TOMBSTONES],
    description: 'That a person was forgotten, and when: a keyed hash, nothing of theirs',
    maxAgeMs: 0,
    duplicateWindowMs: 2 * MINUTE,
    atomic: false,
    async: false,
    maxMessageBytes: KIB,
    onlyLast: true,
    sharePerMille: 3,
    whenFull: 'refuse',
  },
];

export type BucketName = 'dialogs' | 'throttle' | 'pacer' | 'snapshots' | 'leases' | 'sending';

/** The stream that a bucket is (nats-server's ADR-8). */
export const streamOfBucket = <B extends BucketName>(bucket: B) => `KV_${bucket}` as const;

export type BucketDefinition = Room & {
  name: BucketName;
  description: string;
  /** 0 keeps for ever. */
  ttlMs: number;
  /** Lets single keys carry a time to live. */
  keyTtl: boolean;
  /** Acked before it is on disk: only for what can be computed again. */
  async: boolean;
};

export const buckets: readonly BucketDefinition[] = [
  {
    name: 'dialogs',
    description: 'FSM state of each chat',
    ttlMs: 30 * DAY,
    keyTtl: false,
    async: false,
    sharePerMille: 25,
    whenFull: 'oldestGo',
  },
  {
    name: 'throttle',
    description: 'Inbound requests of each person',
    ttlMs: 2 * MINUTE,
    keyTtl: false,
    async: true,
    sharePerMille: 10,
    whenFull: 'oldestGo',
  },
  {
    name: 'pacer',
    description: 'The global outgoing budget',
    ttlMs: 0,
    keyTtl: false,
    async: false,
    sharePerMille: 5,
    whenFull: 'refuse',
  },
  {
    name: 'snapshots',
    description: 'Aggregate state and the sequence it stands at',
    ttlMs: 0,
    keyTtl: false,
    async: true,
    sharePerMille: 80,
    whenFull: 'oldestGo',
  },
  {
    name: 'leases',
    description: 'Who long-polls',
    ttlMs: 0,
    keyTtl: true,
    async: false,
    sharePerMille: 5,
    whenFull: 'refuse',
  },
  {
    name: 'sending',
    description: 'Write-ahead record of each send',
    ttlMs: 3 * DAY,
    keyTtl: false,
    async: false,
    sharePerMille: 40,
    whenFull: 'refuse',
  },
];
