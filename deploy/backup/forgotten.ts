import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { forgetRestored } from '#services/forgetting/restored.ts';
import { allTombstones } from '#services/forgetting/tombstones.ts';

/**
 * Asks for those to be forgotten again whom a restored log has brought back. From then on the bot handles nothing of theirs, whichever
 * service starts first; the process that forgets does the rest.
 * @param database whose tombstones may be younger than the backup's. One that was never provisioned has none.
 * @returns how many.
 */
export async function forgetAgain(nats: NatsConnection, database: Pool, key: string): Promise<number> {
  const { rows } = await database.query<{ there: boolean }>(
    "SELECT to_regclass('projections.tombstones') IS NOT NULL AS there",
  );
  const tombstones = await allTombstones(nats, rows[0]?.there ? database : undefined);
  return forgetRestored(nats, { tombstones, key }, new Date().toISOString());
}
