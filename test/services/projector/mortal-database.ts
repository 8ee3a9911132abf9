import { Pool, type PoolClient } from 'pg';
import type { TestDatabase } from '#test/support/postgres.ts';

/**
 * What happens at a statement: the process that sends it dies, or its connection is lost. `before`: it was not sent;
 * `after`: it took effect, and nobody heard of it.
 */
export type Crash = { of: 'process' | 'connection'; when: 'before' | 'after' };

/** A crash, so many statements after the one before it. */
export type PlannedCrash = Crash & { afterStatements: number };

export type MortalDatabase = {
  /** For one process after the other: every statement of it counts, BEGIN and COMMIT too. */
  pool: Pool;
  /** Crashes to come, counted from now on. */
  plan(crashes: readonly PlannedCrash[]): void;
  /** The process has died: every statement is rejected, and nothing that was not committed is left. */
  isDead(): boolean;
  /** Another process begins. */
  revive(): void;
  /** Crashes so far. */
  happened: Crash[];
  end(): Promise<void>;
};

export class ProcessDied extends Error {
  override name = 'ProcessDied';
}

type Client = PoolClient & { processID: number };
type Statement = () => Promise<unknown>;
const NAME = 'mortal';

/** Connections to a real Postgres that a test can lose at any statement. */
export function openMortalDatabase({ url, pool: admin }: TestDatabase): MortalDatabase {
  const pool = new Pool({ connectionString: url, application_name: NAME, max: 6 });
  const happened: Crash[] = [];
  /** Of each connection, when it is gone; it may be before the statement that is to lose it. */
  const lost = new WeakMap<PoolClient, Promise<void>>();
  let planned: PlannedCrash[] = [];
  let statements = 0;
  let dead = false;

  function dueCrash(): Crash | undefined {
    statements++;
    const [next] = planned;
    if (!next || statements < next.afterStatements) return undefined;
    planned = planned.slice(1);
    statements = 0;
    happened.push(next);
    return next;
  }

  async function stepped(client: Client, statement: Statement): Promise<unknown> {
    if (dead) throw new ProcessDied('it is dead');
    const crash = dueCrash();
    if (!crash) return statement();
    if (crash.when === 'after') await statement();
    if (crash.of === 'process') return die();
    await admin.query('SELECT pg_terminate_backend($1)', [client.processID]);
    await lost.get(client);
    throw new Error('Connection terminated unexpectedly');
  }

  /** The server rolls back what its sessions had begun. */
  async function die(): Promise<never> {
    dead = true;
    await admin.query(
      `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
       WHERE application_name = $1 AND datname = current_database()`,
      [NAME],
    );
    throw new ProcessDied('it died');
  }

  pool.on('error', () => {});
  pool.on('connect', (client) => {
    lost.set(client, new Promise((resolve) => client.once('end', resolve)));
    interpose(client as Client, stepped);
  });
  return {
    pool,
    happened,
    plan(crashes) {
      planned = [...crashes];
      statements = 0;
    },
    isDead: () => dead,
    revive() {
      dead = false;
    },
    end: () => pool.end(),
  };
}

/** Every statement of a client goes through `stepped`: with a callback, as the pool itself sends it, or without. */
function interpose(
  client: Client,
  stepped: (client: Client, statement: Statement) => Promise<unknown>,
): void {
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
  const interposed = (...args: unknown[]): Promise<unknown> | undefined => {
    const callback = args.at(-1);
    if (typeof callback !== 'function') return stepped(client, () => query(...args));
    stepped(client, () => query(...args.slice(0, -1))).then(
      (result) => callback(undefined, result),
      (error: unknown) => callback(error),
    );
    return undefined;
  };
  client.on('error', () => {});
  Object.assign(client, { query: interposed });
}
