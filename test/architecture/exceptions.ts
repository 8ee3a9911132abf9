import type { Rule } from './rules.ts';

/** `path` is a file or a folder, `what` a part of what the violation says. */
export type Exception = { rule: Rule; path: string; what: string; reason: string };

/** Every place where a rule is broken on purpose. One that excuses nothing fails the test. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    rule: 'long function',
    path: 'deploy/telegram/page',
    what: 'create',
    reason:
      'A widget of the chat page is one closure over its nodes, without a build step; its inner functions are short',
  },
  {
    rule: 'long file',
    path: 'contracts/subjects.ts',
    what: 'lines',
    reason: 'Every subject and key is built and parsed in this one file',
  },
  {
    rule: 'long file',
    path: 'contracts/streams.ts',
    what: 'lines',
    reason: 'All streams and buckets as data, to be compared with one another',
  },
  {
    rule: 'dictionary',
    path: 'services/forgetting',
    what: 'REPLAYS',
    reason: 'A stored name: the stream of redriven messages',
  },
  {
    rule: 'unused export',
    path: 'services/platform/web/elements.js',
    what: 'nothing imports it',
    reason: 'Browsers import it: it is served beside the files of each page',
  },
  {
    rule: 'dictionary',
    path: 'deploy/nats/rights.ts',
    what: 'REPLAYS',
    reason: 'A stored name: the stream of redriven messages',
  },
  {
    rule: 'environment',
    path: 'services/platform/process/run-service.ts',
    what: 'process.env',
    reason: 'It is the body of every main.ts: it reads the environment by the schema that a service gives it',
  },
  {
    rule: 'dictionary',
    path: 'contracts',
    what: 'REPLAYS',
    reason: 'A stored name: the stream of redriven messages',
  },
  {
    rule: 'dictionary',
    path: 'contracts/catalogue',
    what: 'pacer',
    reason: 'A stored name: the bucket of the rate limiter',
  },
  {
    rule: 'dictionary',
    path: 'deploy/README.md',
    what: 'pacer',
    reason: 'A stored name, as an operator types it: the bucket of the rate limiter',
  },
  {
    rule: 'dictionary',
    path: 'projections/schedules/tables.sql',
    what: 'due-place',
    reason: 'Its text is the fingerprint of the tables in use: a changed comment would ask for a rebuild',
  },
  {
    rule: 'long file',
    path: 'projections/analytics/views.sql',
    what: 'lines',
    reason: 'A projection has one file of views; half of it is what their columns mean',
  },
  {
    rule: 'dictionary',
    path: 'deploy/provision/desired.ts',
    what: 'marker',
    reason: "NATS's own word: subject delete markers",
  },
  {
    rule: 'dictionary',
    path: 'deploy/telegram/chats/image-size.ts',
    what: 'marker',
    reason: 'The word of the JPEG standard',
  },
  {
    rule: 'dictionary',
    path: 'test/faults',
    what: 'judg',
    reason: 'A fault ends in a verdict: what is judged is a run, not a reminder',
  },
  {
    rule: 'dictionary',
    path: 'test',
    what: 'systemClock',
    reason: "The machine's clock, not what a test stands on",
  },
  {
    rule: 'unused export',
    path: 'contracts',
    what: 'only tests import it',
    reason: 'Contracts are the vocabulary of everybody who reads the streams: tests, and tools of others',
  },
  {
    rule: 'unused export',
    path: 'services/platform/rate-limit',
    what: 'only tests import it',
    reason: 'The core without a server: the seeded simulation drives it on a virtual clock',
  },
  {
    rule: 'unused export',
    path: 'services/sender/delivery/send-records.ts',
    what: 'sendRecordsIn',
    reason: 'The core without a server: the seeded simulation drives it on a virtual bucket',
  },
  {
    rule: 'unused export',
    path: 'services/tick/tick-log.ts',
    what: 'tickLogOn',
    reason: 'The core without a server: the seeded simulation drives it on a virtual stream',
  },
  {
    rule: 'lost race',
    path: 'services/platform/jetstream/kv-record.ts',
    what: 'isLostRace',
    reason: 'It reads nothing afterwards: it raises what others catch',
  },
  {
    rule: 'lost race',
    path: 'services/forgetting/file-rewriting.ts',
    what: 'isLostRace',
    reason: 'It reads nothing afterwards: a key that changed meanwhile was written again by that',
  },
  {
    rule: 'lost race',
    path: 'services/tick/tick-log.ts',
    what: 'isLostRace',
    reason: 'It reads nothing afterwards: keepTicking waits a moment before its next round',
  },
  {
    rule: 'lost race',
    path: 'services/bot/groups.ts',
    what: 'isLostRace',
    reason: 'It reads nothing afterwards: another handler answers the group',
  },
  {
    rule: 'lost race',
    path: 'services/ingress/lease.ts',
    what: 'isLostRace',
    reason:
      'It asks again at its own pace, and what is old there takes or keeps no lease: its expiry and the next compare-and-set decide',
  },
  {
    rule: 'dictionary',
    path: 'test/simulation',
    what: 'orld',
    reason: 'What a seed makes: servers, network, people and faults. It is not what a test stands on',
  },
  {
    rule: 'dictionary',
    path: 'test/services/platform/jetstream/operator-mode.ts',
    what: 'system_account',
    reason: "A field of NATS's own tokens",
  },
];
