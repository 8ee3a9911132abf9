import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  acksOf,
  contentsOf,
  erasureFrom,
  nextMessages,
  pauseOf,
  removalOf,
  removalsFrom,
  restorationOf,
} from '#contracts/jetstream-api.ts';
import { buckets, streamOfBucket, streams } from '#contracts/streams.ts';
import * as subjects from '#contracts/subjects.ts';
import { authorization, NATS_USERS, type NatsUser, OPERATOR, RESTORER } from '#deploy/nats/permissions.ts';
import { NATS_SERVICES } from '#deploy/nats/rights.ts';
import { provision } from '#deploy/provision/provision.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { testProcesses } from '#test/support/processes.ts';
import { asBroadcastId, asMinute, asUserId } from '../../support/ids.ts';

/*
 * G12: what each service's user tried at a nats-server with these users, and what was refused. That each may do its own work
 * is shown by the tests of test/e2e, whose servers know these users alone.
 */

const USER = asUserId(42);
const BROADCAST = asBroadcastId('c'.repeat(13));
const PASSWORD = 'secret';
const processes = testProcesses();
/** The restorer is known to a server while a backup is put back. */
const EVERY_USER: readonly NatsUser[] = [...NATS_USERS, RESTORER];
let server: TestNats;
const violations: string[] = [];

beforeAll(async () => {
  server = await startTestNats({
    extraConfig: authorization(() => PASSWORD, EVERY_USER),
    log: (line) => line.includes('Violation') && violations.push(line),
  });
  const nats = await connected(OPERATOR);
  await provision(nats, { shardCount: 1 });
  await jetstream(nats).publish(subjects.eventSubject(USER, 'account'), 'kept');
  await nats.close();
});
afterAll(() => server?.stop());

const connected = (user: NatsUser): Promise<NatsConnection> =>
  connectNats({ natsUrl: server.url, natsUser: user, natsPassword: PASSWORD }, user);

const EVERYWHERE = [...streams.map(({ name }) => name), ...buckets.map(({ name }) => streamOfBucket(name))];

const OF_OTHER_ROWS = new Set(
  EVERYWHERE.flatMap((name) => [erasureFrom(name), removalOf(name), restorationOf(name)]),
);

/** What may be tried, and who may do it beside the operator. */
const TRIES: [what: string, subjects: string[], allowed: NatsUser[]][] = [
  ['append an event', [subjects.eventSubject(USER, 'account')], ['bot']],
  ['store an update', [subjects.updateSubject(USER)], ['ingress']],
  ['take raw updates', [nextMessages('UPDATES', 'bot-00')], ['bot']],
  ['read raw updates', contentsOf('UPDATES'), ['bot', 'forgetting']],
  ['ack an update for others', [acksOf('UPDATES', 'bot-00').replace('>', '1.1.1.1.0')], ['bot']],
  ['publish a tick', [subjects.TICK_SUBJECT], ['tick']],
  ['queue a reminder', [subjects.reminderSubject('engaged', USER, asMinute(29_000_000))], ['shards']],
  ['queue a broadcast’s message', [subjects.broadcastDueSubject(BROADCAST, USER)], ['sender', 'shards']],
  ['take reminders', [nextMessages('REMINDERS', 'sender-engaged')], ['sender']],
  ['record a delivery', [subjects.deliverySubject('delivered', USER)], ['sender']],
  ['request a broadcast', [subjects.broadcastSubject(BROADCAST, 'requested')], ['bot']],
  ['answer for the bot', [subjects.replySubject(USER)], ['bot']],
  ['book slots of the budget', ['$KV.pacer.budget'], ['bot', 'sender', 'forgetting', 'console']],
  ['write send records', ['$KV.sending.42.x'], ['sender', 'forgetting']],
  [
    'write dialogs, quotas and snapshots',
    ['$KV.dialogs.42', '$KV.throttle.42', '$KV.snapshots.42.x'],
    ['bot', 'forgetting'],
  ],
  ['take the lease of polling', ['$KV.leases.poll'], ['ingress']],
  ['have dead letters tried again', [subjects.redriveSubject('bot', 'bot-00')], ['console']],
  ['read dead letters', contentsOf('DEAD'), ['forgetting', 'console']],
  [
    'make or change streams and consumers',
    [
      ...['CREATE', 'UPDATE'].flatMap((action) =>
        streams.map(({ name }) => `$JS.API.STREAM.${action}.${name}`),
      ),
      ...streams.map(({ name }) => `$JS.API.CONSUMER.CREATE.${name}.other`),
      ...streams.map(({ name }) => `$JS.API.CONSUMER.DELETE.${name}.other`),
      '$JS.API.CONSUMER.PAUSE.EVENTS.projection-schedules-events',
    ],
    [],
  ],
  ['erase dead letters', [erasureFrom('DEAD')], ['forgetting', 'console']],
  [
    'erase single messages, of streams and buckets',
    EVERYWHERE.filter((name) => name !== 'DEAD').map(erasureFrom),
    ['forgetting'],
  ],
  ['pause a tier', [pauseOf('REMINDERS', 'sender-engaged')], ['console']],
  [
    'remove messages in other ways',
    EVERYWHERE.flatMap((name) => removalsFrom(name)).filter((each) => !OF_OTHER_ROWS.has(each)),
    [],
  ],
  ['remove whole streams', EVERYWHERE.map(removalOf), [RESTORER]],
  ['put streams back', EVERYWHERE.map(restorationOf), [RESTORER]],
  ['ask for a person to be forgotten', [subjects.forgettingSubject(USER)], ['bot', 'forgetting', RESTORER]],
];

/** Says it on each subject, and hears whether the server let it through. */
async function tried(nats: NatsConnection, user: string, tries: readonly string[]): Promise<number> {
  const before = violations.length;
  for (const subject of tries) nats.publish(subject, 'x');
  await nats.flush();
  // The server writes its log before it answers the flush, but the line still has to reach us: one more refusal comes after it.
  const last = `last.${before}`;
  const other = await connect({ servers: server.url, user: 'tick', pass: PASSWORD });
  other.publish(last, '');
  await other.flush();
  await other.close();
  await eventually(() => expect(violations.some((line) => line.includes(`"${last}"`))).toBe(true));
  return violations.slice(before).filter((line) => line.includes(`user:${user}"`) && !line.includes(last))
    .length;
}

describe.each([...NATS_SERVICES, RESTORER] as const)('%s', (service) => {
  test('does its own work alone', async () => {
    const nats = await connected(service);
    const table: Record<string, string> = {};
    for (const [what, subjects] of TRIES)
      table[what] = `${await tried(nats, service, subjects)} of ${subjects.length} refused`;
    await nats.close();
    const expected = TRIES.map(([what, { length }, allowed]) => [
      what,
      `${allowed.includes(service) ? 0 : length} of ${length} refused`,
    ]);
    expect(table).toEqual(Object.fromEntries(expected));
  });

  test('hears its own answers alone', async () => {
    const nats = await connected(service);
    const heard = EVERY_USER.filter((user) => user !== service).map((user) => `_INBOX.${user}.>`);
    const before = violations.length;
    for (const subject of [...heard, '_INBOX.>', '>', 'events.>', 'updates.>', '$JS.API.>', '$KV.>'])
      nats.subscribe(subject, { callback: () => {} });
    await nats.flush();
    await eventually(() => expect(violations.length - before).toBe(heard.length + 6));
    await nats.close();
  });
});

test('not even the operator removes an event', async () => {
  const operator = await connected(OPERATOR);
  expect(await tried(operator, OPERATOR, removalsFrom('EVENTS'))).toBe(removalsFrom('EVENTS').length);
  const { streams } = await jetstreamManager(operator);
  expect((await streams.getMessage('EVENTS', { seq: 1 }))?.string()).toBe('kept');
  await operator.close();
});

test('the command prints a part of a configuration that nats-server takes, without a password', async () => {
  const command = await processes.startScript('deploy/cli/habitstream.ts', ['nats', 'permissions'], {});
  expect(await command.exited).toMatchObject({ code: 0 });
  const config = command.lines.join('\n');
  for (const user of NATS_USERS) expect(config).toContain(`password: $NATS_PASSWORD_${user.toUpperCase()}`);
  const filled = config.replace(/\$NATS_PASSWORD_\w+/g, PASSWORD);
  const other = await startTestNats({ extraConfig: filled });
  const nats = await connectNats({ natsUrl: other.url, natsUser: 'bot', natsPassword: PASSWORD }, 'bot');
  await nats.close();
  await other.stop();
});
