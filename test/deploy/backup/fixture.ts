import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { deadSubject, forgettingSubject, tombstoneSubject } from '#contracts/subjects.ts';
import { createBackup } from '#deploy/backup/create.ts';
import { type RestorePorts, restoreBackup } from '#deploy/backup/restore.ts';
import { storeHistory } from '#deploy/history/generate.ts';
import { OPERATOR, RESTORER } from '#deploy/nats/permissions.ts';
import { provision } from '#deploy/provision/provision.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { scanStream } from '#services/platform/jetstream/scan.ts';
import { eventually } from '#test/support/eventually.ts';
import { startNatsWithUsers } from '#test/support/nats-with-users.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { asUserId } from '../../support/ids.ts';

export type BackupFixture = Awaited<ReturnType<typeof startBackupFixture>>;

/** A person who is to be forgotten, and is not yet. */
export const LEAVING = asUserId(4_100_000_000_000_001);

/** A nats-server with a log of generated people, and folders for its backups. */
export async function startBackupFixture() {
  const root = await testFolder('backups');
  const server = await startNatsWithUsers({ users: [RESTORER] });
  const nats = await server.connectionOf(OPERATOR);
  const restorer = await server.connectionOf(RESTORER);
  const manager = await jetstreamManager(nats);
  const js = jetstream(nats);
  let folders = 0;
  const fixture = {
    ...{ server, nats, restorer, manager, js },
    newFolder: () => join(root, `backup-${++folders}`),

    provision: async () => provision(nats, { shardCount: 2, consumers: await projectionConsumers() }),

    /** Events and deliveries of a few people. */
    async generate(people = 8): Promise<void> {
      const history = { seed: 3, days: 30, untilMs: Date.parse('2026-11-28T00:00:00Z'), people, first: 0 };
      const unwatched = { signal: new AbortController().signal, onGenerated() {}, onStored() {} };
      await storeHistory(nats, history, unwatched);
    },

    /** The same, and something in each other stream that a backup holds. */
    async fill(people = 8): Promise<void> {
      await fixture.generate(people);
      await js.publish(deadSubject('bot-00'), '{"none":"of ours"}');
      await js.publish(tombstoneSubject('hash'), '{"at":"2026-11-27T00:00:00.000Z"}');
      await js.publish(forgettingSubject(LEAVING), '{"at":"2026-11-27T00:00:00.000Z","by":"person"}');
    },

    create: (folder: string, signal = new AbortController().signal) =>
      createBackup({ nats, version: 'test', signal, onBytes() {} }, folder),

    restore: (folder: string, ports: Partial<RestorePorts> & { replace?: boolean } = {}) => {
      const { replace = false, ...given } = ports;
      const signal = new AbortController().signal;
      return restoreBackup(
        { nats: restorer, signal, onBytes() {}, onStream() {}, ...given },
        { folder, replace },
      );
    },

    /** Another server in its place, with nothing in it. */
    empty: () => fixture.restart(() => rm(join(server.storeDir, 'jetstream'), { recursive: true })),

    async restart(whileDown?: () => Promise<void>): Promise<void> {
      await server.restart(whileDown);
      for (const connection of [nats, restorer]) await eventually(() => connection.rtt());
    },

    /** Every message of a stream: sequence, subject, instant, body. */
    async messages(stream: string): Promise<string[]> {
      const found: string[] = [];
      for await (const page of scanStream(nats, stream, 0))
        for (const { sequence, subject, storedAtMs, data } of page)
          found.push(`${sequence} ${subject} ${storedAtMs} ${Buffer.from(data).toString()}`);
      return found;
    },

    async streamNames(): Promise<string[]> {
      const found: string[] = [];
      for await (const name of manager.streams.names()) found.push(name);
      return found.toSorted();
    },

    stop: () => server.stop(),
  };
  await fixture.provision();
  return fixture;
}
