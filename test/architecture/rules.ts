/*
 * The rules of the tree, as data. An exception stands here with its reason or nowhere; one that is no longer needed
 * fails the test.
 */

export const LIMITS = { fileLines: 250, functionLines: 60, parameters: 4 } as const;

/** A room, and what its files may import beside one another. The longest room that a path begins with counts. */
export type Room = {
  room: string;
  /** Rooms and files of ours. */
  ours: readonly string[];
  /** Packages, `node:` for all of Node's, `*` for all of both. */
  packages: readonly string[];
};

const NATS = ['@nats-io/transport-node', '@nats-io/jetstream', '@nats-io/kv'];
const PLATFORM = 'services/platform';
/** What every service may stand on. */
const SERVICE = ['contracts', 'projections', PLATFORM];

/** Dependencies point one way: contracts <- projections <- services/platform <- services/<process> <- deploy. */
export const ROOMS: readonly Room[] = [
  { room: 'contracts', ours: [], packages: ['zod'] },

  { room: 'projections/engine', ours: ['contracts'], packages: ['pg', 'zod', 'node:'] },
  { room: 'projections/schedules', ours: ['contracts', 'projections/engine'], packages: ['pg'] },
  { room: 'projections/analytics', ours: ['contracts', 'projections/engine'], packages: ['pg'] },
  { room: 'projections/admin', ours: ['contracts', 'projections/engine'], packages: ['pg'] },

  { room: `${PLATFORM}/process`, ours: [], packages: ['pg', 'pino', 'prom-client', 'zod', 'fastify', 'node:', ...NATS] },
  // A process of its own begins with its connection.
  {
    room: `${PLATFORM}/process/run-service.ts`,
    ours: [`${PLATFORM}/process`, `${PLATFORM}/jetstream`],
    packages: ['prom-client', 'zod', ...NATS],
  },
  { room: `${PLATFORM}/jetstream`, ours: ['contracts', `${PLATFORM}/process`], packages: ['zod', ...NATS] },
  { room: `${PLATFORM}/local-time`, ours: ['contracts', `${PLATFORM}/process`], packages: ['pg'] },
  {
    room: `${PLATFORM}/event-store`,
    ours: ['contracts', `${PLATFORM}/process`, `${PLATFORM}/jetstream`],
    packages: ['zod', 'node:', '@event-driven-io/emmett', ...NATS],
  },
  {
    room: `${PLATFORM}/rate-limit`,
    ours: [`${PLATFORM}/process`, `${PLATFORM}/jetstream`],
    packages: ['zod', ...NATS],
  },
  {
    room: `${PLATFORM}/telegram`,
    ours: [`${PLATFORM}/process`, `${PLATFORM}/rate-limit`],
    packages: ['grammy', 'node:'],
  },
  {
    room: `${PLATFORM}/messages`,
    ours: ['contracts', `${PLATFORM}/jetstream`],
    packages: ['grammy', '@fluent/bundle', 'zod', 'node:', ...NATS],
  },

  { room: 'services/ingress', ours: SERVICE, packages: ['*'] },
  { room: 'services/bot', ours: ['services/bot/domain', ...SERVICE], packages: ['*'] },
  { room: 'services/bot/domain', ours: ['contracts'], packages: [] },
  { room: 'services/tick', ours: SERVICE, packages: ['*'] },
  { room: 'services/shards', ours: SERVICE, packages: ['*'] },
  { room: 'services/sender', ours: SERVICE, packages: ['*'] },
  { room: 'services/projector', ours: SERVICE, packages: ['*'] },

  { room: 'deploy', ours: ['contracts', 'projections', 'services', 'deploy'], packages: ['*'] },
  // It stands for Telegram: it must not share what it is to check.
  { room: 'deploy/telegram', ours: [], packages: ['*'] },

  { room: 'test', ours: ['contracts', 'projections', 'services', 'deploy'], packages: ['*'] },
  { room: '', ours: ['test'], packages: ['*'] },
];

/** Files that decide: no clock, no randomness, no Node, no server. A folder stands for all in it. */
export const PURE: readonly string[] = [
  'contracts',
  'services/bot/domain',
  'services/bot/reading',
  `${PLATFORM}/rate-limit/slots.ts`,
  `${PLATFORM}/local-time/local-time.ts`,
  `${PLATFORM}/local-time/timezone-names.ts`,
  'services/tick/ticks.ts',
  'services/shards/reminders.ts',
  'services/shards/local-minutes.ts',
  'services/sender/delivery/work.ts',
  'services/sender/delivery/delivery.ts',
  'services/sender/delivery/send-record.ts',
  'services/sender/reminders/send-policy.ts',
  'projections/schedules/due-minute.ts',
];
/** What pure files may not use; types of them they may. */
export const IMPURE_PACKAGES = /^(node:|@nats-io\/|pg$|pino$|grammy$|fastify$|prom-client$)/;
export const IMPURE_CALLS = /\b(Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|process\.)/;

/** Subjects are built and parsed in contracts/subjects.ts alone. */
export const SUBJECT = /^(events|updates|reminders|deliveries|dead|replays|broadcasts|ticks)\.|^\$(KV|JS)\./;
export const SUBJECTS_FILE = 'contracts/subjects.ts';
/** JetStream's error codes are known in one file alone. */
export const JETSTREAM_CODES = /\bJetStreamApiCodes\b|\b10[012]\d\d\b/;
export const CODES_FILE = `${PLATFORM}/jetstream/errors.ts`;

export const FORBIDDEN_NAMES = /(^|\/)(utils?|common|helpers?|misc)(\/|\.ts$)|(^|\/)types\.ts$/;
export const FORBIDDEN_TEXT: readonly { what: RegExp; where: RegExp; why: string }[] = [
  { what: /\b(TODO|FIXME|XXX)\b/, where: /./, why: 'nothing is left for later' },
  { what: /: any\b|\bas any\b|@ts-ignore|@ts-nocheck/, where: /\.ts$/, why: 'a type given up' },
  { what: /\b(it|test|describe)\.(only|skip|todo)\(/, where: /^test\//, why: 'a test switched off' },
  { what: /registry\.npmjs|deb\.debian|proxy\.golang/, where: /./, why: "a registry's host" },
];

/** A word of the dictionary: in identifiers (split at their capitals), and where it has no other meaning in comments. */
export type Word = { not: RegExp; say: string; in: 'identifiers' | 'both' };

const both = (not: RegExp, say: string): Word => ({ not, say, in: 'both' });
const identifiers = (not: RegExp, say: string): Word => ({ not, say, in: 'identifiers' });

export const DICTIONARY: readonly Word[] = [
  identifiers(/^taken$/, 'message'),
  both(/\bconsumptions?\b/, 'handler spec'),
  both(/\bparcels?\b/, 'dead letter'),
  both(/\b(un)?park(s|ed|ing)?\b/, 'dead-letter'),
  both(/\breopen(s|ed|ing)?\b/, 'redrive'),
  identifiers(/^endings?$/, 'outcome'),
  both(/\bmarkers?\b/, 'send record'),
  identifiers(/^standing$/, 'claim status'),
  both(/\bheed(s|ed)?\b/, 'resolve existing claims'),
  both(/\bjudg(e|es|ed|ements?)\b/, 'send policy, decide'),
  both(/\bpacers?\b/, 'rate limiter'),
  both(/\bwish(es|ed)?\b/, 'request, options'),
  both(/\bwaiting room\b/, 'slot queue'),
  both(/\bseats?\b/, 'entry of the slot queue'),
  identifiers(/^(soon|ahead)$/, 'reserve'),
  both(/\b(leaving when|held back|heldback)\b/, 'send gate, not sent'),
  both(/\bsilenc(e|es|ed|ing)\b/, 'pause'),
  identifiers(/^turns$/, 'semaphore'),
  both(/\bagendas?\b/, 'tick plan'),
  identifiers(/\bpresence\b/, 'consumer watch'),
  both(/\bdue places?\b/, 'due minute'),
  both(/\bstretch(es)?\b/, 'sequence range, range'),
  both(/\bset wise\b|\bset-wise\b/, 'bulk write'),
  identifiers(/^given$/, 'bulk rows, options'),
  both(/\bdesks?\b/, 'admin handler'),
  identifiers(/^visit$/, 'admin context'),
  identifiers(/^turn( of)?$/, 'admin action'),
  both(/\bknowledge\b/, 'reference data'),
  identifiers(/^happening$/, 'update context'),
  identifiers(/\bscenes?\b/, 'render context'),
  identifiers(/\bsketch(es)?\b/, 'view'),
  identifiers(/\bdrawn?\b/, 'rendered'),
  both(/\banew\b/, 'send; again'),
  identifiers(/^here$/, 'edit'),
  identifiers(/^orders?$/, 'commands'),
  both(/\bwhoever\b/, 'name the subject'),
  both(/\bsomebody\b/, 'name the subject'),
];

/** Files whose exports are for others than our production code. */
export const ENTRY_POINTS: readonly RegExp[] = [
  // The catalogue is for everybody who reads the streams.
  /^contracts\//,
  /^services\/[a-z]+\/main\.ts$/,
  /^projections\/[a-z]+\/projection\.ts$/,
  /^deploy\/cli\/habitstream\.ts$/,
  // The simulator's client is for what drives it: tests and benchmarks.
  /^deploy\/telegram\/client\.ts$/,
];

export type Rule =
  | 'import'
  | 'cycle'
  | 'long file'
  | 'long function'
  | 'parameters'
  | 'forbidden name'
  | 'forbidden text'
  | 'impure'
  | 'environment'
  | 'subject'
  | 'JetStream code'
  | 'barrel'
  | 'unused export'
  | 'dictionary';

export type Exception = { rule: Rule; path: string; what: string; reason: string };
