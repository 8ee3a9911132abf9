import { DatabaseError, type Pool, type PoolClient } from 'pg';

export type Connection = {
  client: PoolClient;
  /** Whether its server is gone: then what a statement was rejected with can be told by its text alone. */
  isLost: () => boolean;
  /** @param broken the error that broke the connection: the pool then closes it. */
  release: (broken?: Error) => void;
};

/**
 * Raised when there is no connection, or when it was lost under a transaction: that had no effect, unless it was being
 * committed. Most of what `pg` rejects with then can be told by its text alone.
 */
export class ConnectionLost extends Error {
  override name = 'ConnectionLost';
}

/**
 * A connection of the pool for several statements. A client without a listener that loses its server between two
 * statements ends the process by an unhandled `error` event; here the next statement rejects instead.
 */
export function connectionOf(pool: Pool): Promise<Connection> {
  return new Promise((resolve, reject) => {
    // Not the pool's promise form: one packet may say "ready" and "shutting down", and the client reads it to its end
    // before a caller that awaits the connection can add a listener.
    pool.connect((error, client) => {
      if (error || !client) {
        reject(
          error instanceof DatabaseError ? error : new ConnectionLost('no connection', { cause: error }),
        );
        return;
      }
      let lost = false;
      const onLost = () => {
        lost = true;
      };
      client.on('error', onLost);
      const release = (broken?: Error) => {
        client.off('error', onLost);
        client.release(broken);
      };
      resolve({ client, isLost: () => lost, release });
    });
  });
}

/** A hung server must not hold up the error that led to the rollback. In ms, for this statement alone. */
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
