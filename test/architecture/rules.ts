/*
 * The rules of the tree, as data. The words of the dictionary are in dictionary.ts, exceptions in exceptions.ts.
 */

export type Rule =
  | 'import'
  | 'room'
  | 'cycle'
  | 'long file'
  | 'long function'
  | 'parameters'
  | 'forbidden name'
  | 'forbidden text'
  | 'any'
  | 'impure'
  | 'environment'
  | 'subject'
  | 'JetStream code'
  | 'lost race'
  | 'barrel'
  | 'test switched off'
  | 'unused export'
  | 'dictionary'
  | 'stale exception';

export const LIMITS = { fileLines: 250, functionLines: 60, parameters: 4 } as const;

/** A room, and what its files may import beside one another. A file belongs to the longest room its path begins with. */
export type Room = {
  room: string;
  /** Rooms of ours, with all that is in them; but a room of one file is not in the folder where it lies. */
  ours: readonly string[];
  /** npm packages, `node:` for all of Node, `*` for all of both. */
  packages: readonly string[];
};

const NATS = ['@nats-io/transport-node', '@nats-io/jetstream', '@nats-io/kv'];
const PLATFORM = 'services/platform';
const RUN_SERVICE = `${PLATFORM}/process/run-service.ts`;
/** What every service may stand on. No service imports another. */
const SERVICE = ['contracts', 'projections', PLATFORM];

/** Dependencies point one way: contracts <- projections <- services/platform <- services/<process> <- deploy. */
export const ROOMS: readonly Room[] = [
  { room: 'contracts', ours: [], packages: ['zod'] },
  { room: 'projections/engine', ours: ['contracts'], packages: ['pg', 'zod', 'node:'] },
  // The capabilities in the order in which they stand on one another. None of them needs a projection.
  {
    room: `${PLATFORM}/process`,
    ours: [],
    packages: ['pg', 'pino', 'prom-client', 'zod', 'fastify', 'node:', ...NATS],
  },
  {
    room: `${PLATFORM}/jetstream`,
    ours: ['contracts', `${PLATFORM}/process`],
    packages: ['zod', 'node:', ...NATS],
  },
  // The body of every main.ts connects to NATS, so it stands above jetstream, which stands on the rest of its room.
  {
    room: RUN_SERVICE,
    ours: [`${PLATFORM}/process`, `${PLATFORM}/jetstream`],
    packages: ['prom-client', 'zod', ...NATS],
  },
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
  { room: `${PLATFORM}/web`, ours: [`${PLATFORM}/process`], packages: ['fastify', 'node:'] },
  { room: `${PLATFORM}/pictures`, ours: [`${PLATFORM}/process`], packages: ['@resvg/resvg-js', 'node:'] },
  ...['ingress', 'tick', 'shards', 'sender', 'projector', 'forgetting', 'console'].map((name) => {
    return { room: `services/${name}`, ours: SERVICE, packages: ['*'] };
  }),
  { room: 'services/bot', ours: ['services/bot/domain', ...SERVICE], packages: ['*'] },
  { room: 'services/bot/domain', ours: ['contracts'], packages: [] },
  { room: 'deploy/provision', ours: ['contracts', 'projections', PLATFORM], packages: ['*'] },
  { room: 'deploy/explain', ours: [...SERVICE, 'services/sender'], packages: ['*'] },
  { room: 'deploy/webhook', ours: [PLATFORM, 'services/ingress'], packages: ['zod'] },
  { room: 'deploy/doctor', ours: [...SERVICE, 'deploy/provision'], packages: ['*'] },
  // The simulator stands for Telegram: a mistake shared with our code would not be seen.
  { room: 'deploy/telegram', ours: [], packages: ['*'] },
  { room: 'deploy/nats', ours: ['contracts', `${PLATFORM}/jetstream`], packages: ['node:'] },
  {
    room: 'deploy/local',
    ours: ['deploy/nats', 'deploy/provision', 'deploy/telegram', 'services', 'contracts'],
    packages: ['*'],
  },
  // Generated people decide by the bot's own domain, and are reminded by the rules of shards and sender.
  {
    room: 'deploy/history',
    ours: ['contracts', 'projections/schedules', 'services', 'deploy/capacity'],
    packages: ['node:', ...NATS],
  },
  {
    room: 'deploy/events',
    ours: ['contracts', 'projections', 'services/projector', PLATFORM],
    packages: ['zod', 'node:', 'hyparquet', 'hyparquet-writer', ...NATS],
  },
  { room: 'deploy/backup', ours: ['contracts', 'services', 'deploy/events'], packages: ['*'] },
  // How a command line is refused: a program of its own uses it too.
  { room: 'deploy/cli/usage.ts', ours: [], packages: [] },
  {
    room: 'deploy/cli',
    ours: [
      'deploy/cli/usage.ts',
      ...['history', 'events', 'backup', 'doctor', 'explain', 'webhook', 'local', 'nats', 'provision'].map(
        (room) => `deploy/${room}`,
      ),
      ...SERVICE,
      'services/projector',
      'services/forgetting',
    ],
    packages: ['*'],
  },
  // Writes contracts/catalogue from the schemas; it runs by hand, when they change.
  { room: 'deploy/catalogue', ours: ['contracts'], packages: ['zod', 'node:'] },
  // Makes the bot's file of places; it runs by hand, when a newer GeoNames is taken.
  {
    room: 'deploy/gazetteer',
    ours: [PLATFORM, 'services/bot/features/timezone'],
    packages: ['zod', 'node:', '@photostructure/tz-lookup'],
  },
  // The capacity simulation runs the code that decides, never code that talks to a server.
  {
    room: 'deploy/capacity',
    ours: [
      'contracts',
      'projections/schedules',
      `${PLATFORM}/local-time`,
      `${PLATFORM}/rate-limit`,
      'services/shards',
      'deploy/cli/usage.ts',
    ],
    packages: ['zod', 'node:'],
  },

  { room: 'test', ours: ['contracts', 'projections', 'services', 'deploy'], packages: ['*'] },
  // Configuration beside package.json.
  { room: '', ours: ['test'], packages: ['*'] },
];

/** A room for each projection: a folder that is added needs no line here, and none imports another. */
export function projectionRoom(path: string): Room | undefined {
  const [room] = /^projections\/(?!engine\/)[^/]+(?=\/)/.exec(path) ?? [];
  return room === undefined
    ? undefined
    : { room, ours: ['contracts', 'projections/engine'], packages: ['pg', 'zod'] };
}

/** Files that decide, with all the values they import: no clock, no randomness, no Node, no server. */
export const PURE: readonly string[] = [
  'contracts',
  'projections/schedules/due-minute.ts',
  'services/bot/domain',
  'services/bot/reading',
  'services/bot/conversation/next.ts',
  `${PLATFORM}/rate-limit/slots.ts`,
  `${PLATFORM}/local-time/local-time.ts`,
  'services/tick/ticks.ts',
  'services/shards/reminders.ts',
  'services/sender/delivery/delivery.ts',
  'services/sender/reminders/send-policy.ts',
];
/** What pure files may not import, except types. */
export const IMPURE_PACKAGES = /^(node:.*|@nats-io\/.*|pg|pino|grammy|fastify|prom-client)$/;
export const IMPURE_USES =
  /^(Date\.now|new Date\(\)|Math\.random|performance\.now|crypto\.\w+|process\.\w+|console\.\w+|setTimeout|setInterval)$/;

/** Where the environment is read; everything else is given its settings. */
export const READS_ENVIRONMENT = /(^|\/)(main|config)\.ts$|^deploy\/cli\//;

/** Subjects are built and parsed in one file, JetStream's own beside it. */
export const SUBJECT =
  /^(events|updates|reminders|deliveries|dead|replays|broadcasts|ticks|page|forgetting|forgotten|tombstones|filler)\.|^\$(KV|JS)\./;
export const SUBJECTS_FILES: readonly string[] = ['contracts/subjects.ts', 'contracts/jetstream-api.ts'];

/** JetStream's error codes are known in one file. 10_000 is left out: it is ten seconds. */
export const isJetStreamCode = (value: number) => value > 10_000 && value < 10_300;
export const JETSTREAM_CODES_FILE = `${PLATFORM}/jetstream/errors.ts`;

/** Of the files that learn of a lost race, each reads what it lost to in one way. */
export const LOST_RACE = /^(isLostRace|RecordMoved)$/;

export const TEST_SWITCHED_OFF = /^(it|test|describe|suite|bench)(\.\w+)*\.(only|skip|todo)$/;

export const FORBIDDEN_NAME = /(^|\/)(utils?|common|helpers?|misc)(\/|\.\w+$)|(^|\/)types\.ts$/;

const PRODUCTION = /^(contracts|projections|services|deploy)\//;
export const isProduction = (path: string) => PRODUCTION.test(path);

export const FORBIDDEN_TEXT: readonly { text: RegExp; where: RegExp; why: string }[] = [
  { text: /\b(TODO|FIXME|XXX)\b/, where: PRODUCTION, why: 'work that is left belongs in an issue' },
  { text: /@ts-(ignore|nocheck)\b/, where: PRODUCTION, why: 'a type check switched off' },
  {
    text: /\bfastify\(|\bhttp\.createServer\(/i,
    where:
      /^(?!services\/platform\/process\/http-server\.ts$|deploy\/telegram\/start\.ts$)(services|projections|deploy)\//,
    why: 'services/platform/process/http-server.ts bounds what a caller may hold',
  },
  {
    text: /\b(registry\.npmjs\.org|registry\.yarnpkg\.com|npm\.pkg\.github\.com|deb\.debian\.org|archive\.ubuntu\.com|proxy\.golang\.org|pypi\.org|files\.pythonhosted\.org)\b/,
    where: /./,
    why: 'which registry is used is a setting of the machine',
  },
  {
    text: /"resolved": "/,
    where: /^package-lock\.json$/,
    why: 'which registry is used is a setting of the machine',
  },
];

/** Exports that are for others than our own production code. */
export const EXPORTED_FOR_OTHERS: readonly { path: RegExp; name: RegExp; reason: string }[] = [
  {
    path: /^contracts\//,
    name: /^[A-Z]|Schema$|Catalogue$/,
    reason: 'the catalogue, for all who read the streams',
  },
  {
    path: /^projections\/(engine\/template|[a-z][a-z0-9_]*)\/projection\.ts$/,
    name: /^projection$/,
    reason: 'the registry finds it by its folder',
  },
  { path: /./, name: /^[A-Z][A-Z0-9_]*$/, reason: 'a bound that a test names instead of copying it' },
  {
    path: /^deploy\/telegram\/client\.ts$/,
    name: /./,
    reason: 'tests and benchmarks drive the simulator with it',
  },
];
