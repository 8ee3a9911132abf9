import type { Pool, PoolClient } from 'pg';

/**
 * A connection of the pool for several statements; `release` it with the error that broke it, if one did. Lost between
 * two statements it would end the process by an event that nobody hears: here, the next statement rejects.
 */
export async function connectionOf(
  pool: Pool,
): Promise<{ client: PoolClient; release: (broken?: Error) => void }> {
  const client = await pool.connect();
  client.on('error', saidByNextStatement);
  return {
    client,
    release(broken) {
      client.off('error', saidByNextStatement);
      client.release(broken);
    },
  };
}

function saidByNextStatement(): void {}
