import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeIdentifier } from 'pg';
import { inject } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import type { TestNats } from '#test/support/nats.ts';
import { queryOnce, type TestDatabase } from '#test/support/postgres.ts';
import { testFolder } from '#test/support/run-folder.ts';

/** What can be done to the stores themselves. */
export type PutBack = {
  /** Copies the data of NATS, which is stopped for it. */
  backUpNats(): Promise<string>;
  /** @param streams only the folders of these, such as `EVENTS`; all of NATS unless given. */
  putBackNats(backup: string, streams?: readonly string[]): Promise<void>;
  emptyNats(): Promise<void>;
  /** Services must be stopped meanwhile. @returns the name of the copy. */
  backUpPostgres(): Promise<string>;
  putBackPostgres(backup: string): Promise<void>;
  emptyPostgres(): Promise<void>;
};

export function putBackOf(nats: TestNats, database: TestDatabase): PutBack {
  const data = join(nats.storeDir, 'jetstream');
  const admin = inject('postgresUrl');
  const [main, copy] = [database.name, `${database.name}_copy`].map(escapeIdentifier);
  const streamFolder = (folder: string, stream: string) => join(folder, '$G', 'streams', stream);
  return {
    async backUpNats() {
      const backup = join(await testFolder('nats-backup'), 'jetstream');
      await nats.restart(() => cp(data, backup, { recursive: true }));
      return backup;
    },
    putBackNats: (backup: string, streams?: readonly string[]) =>
      nats.restart(async () => {
        if (!streams) await replace(data, backup);
        for (const each of streams ?? []) await replace(streamFolder(data, each), streamFolder(backup, each));
      }),
    emptyNats: () => nats.restart(() => rm(data, { recursive: true })),
    async backUpPostgres() {
      await queryOnce(
        admin,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database.name}'`,
      );
      await eventually(() => queryOnce(admin, `CREATE DATABASE ${copy} TEMPLATE ${main}`));
      return `${copy}`;
    },
    async emptyPostgres() {
      await queryOnce(admin, `DROP DATABASE ${main} WITH (FORCE)`);
      await queryOnce(admin, `CREATE DATABASE ${main}`);
    },
    async putBackPostgres(backup: string) {
      await queryOnce(admin, `DROP DATABASE ${main} WITH (FORCE)`);
      await queryOnce(admin, `CREATE DATABASE ${main} TEMPLATE ${backup}`);
      await queryOnce(admin, `DROP DATABASE ${backup}`);
    },
  };
}

async function replace(folder: string, by: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await cp(by, folder, { recursive: true });
}
