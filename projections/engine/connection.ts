import type { Pool, PoolClient } from 'pg';

export type Connection = {
  client: PoolClient;
  /** Give the error that broke it, if one did. */
  release: (broken?: Error) => void;
};

/**
 * A connection of the pool for several statements. Lost between two statements it would end the process by an event that
 * nobody hears: here, the next statement rejects.
 */
export function connectionOf(pool: Pool): Promise<Connection> {
  return new Promise((resolve, reject) => {
    // The pool's promise form leaves a gap: the packet that says "ready" may go on with the server's farewell, and is
    // read to its end before the caller that awaits the connection can listen to it.
    pool.connect((error, client) => {
      if (error || !client) {
        reject(error);
        return;
      }
      client.on('error', saidByNextStatement);
      resolve({ client, release: (broken) => letGo(client, broken) });
    });
  });
}

function letGo(client: PoolClient, broken: Error | undefined): void {
  client.off('error', saidByNextStatement);
  client.release(broken);
}

function saidByNextStatement(): void {}

/** A server that says nothing for so long is not waited for. In ms, for this statement alone. */
const ROLLBACK = { text: 'ROLLBACK', query_timeout: 1_000 };

/** Ends a transaction without effect. @returns what broke the connection, if it is broken. */
export async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query(ROLLBACK);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('not rolled back', { cause: error });
  }
}
