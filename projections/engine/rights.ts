import { versionSchema } from './checkpoints.ts';
import { type Projection, type Queryable, READERS, type RoleHolder } from './projection.ts';

/*
 * What each service, and an analyst, may do in the database. A service that is given a user of its own logs in as
 * `habitstream_<service>`; provisioning makes these roles, and here they get their rights, those that there are. A version is
 * owned by the one who made it, and readers see it through views, with its owner's eyes: they need no right on its tables.
 */

/** The role that a service or an analyst logs in as. */
export const roleOf = (holder: RoleHolder): string => `habitstream_${holder}`;

/** Says which version it is and where it came from: a projector only moves a checkpoint along. */
const FIXED_COLUMNS = ['projection', 'stream', 'version', 'fingerprint'];

/** Lets everybody see how far projections are and what defines them, and the projector move their checkpoints. */
export async function grantBookkeeping(db: Queryable): Promise<void> {
  const everybody = await existing(db, ['projector', ...READERS]);
  if (everybody.length === 0) return;
  await db.query(`GRANT USAGE ON SCHEMA projections TO ${everybody}`);
  await db.query(`GRANT SELECT ON ALL TABLES IN SCHEMA projections TO ${everybody}`);
  const projector = await existing(db, ['projector']);
  if (projector.length === 0) return;
  const { rows } = await db.query<{ attname: string }>(
    `SELECT attname FROM pg_attribute WHERE attrelid = 'projections.checkpoints'::regclass
       AND attnum > 0 AND NOT attisdropped AND attname <> ALL ($1)`,
    [FIXED_COLUMNS],
  );
  const columns = rows.map(({ attname }) => `"${attname}"`);
  await db.query(`GRANT UPDATE (${columns}) ON projections.checkpoints TO ${projector}`);
}

/** Lets the projector write a version's tables, and the projection's readers read its published views. */
export async function grantVersion(
  db: Queryable,
  { name, readers = [] }: Projection,
  version: number,
): Promise<void> {
  const schema = versionSchema(name, version);
  const projector = await existing(db, ['projector']);
  if (projector.length > 0) {
    await db.query(`GRANT USAGE ON SCHEMA ${schema} TO ${projector}`);
    await db.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${projector}`);
  }
  const reading = await existing(db, readers);
  if (reading.length === 0) return;
  await db.query(`GRANT USAGE ON SCHEMA ${name} TO ${reading}`);
  await db.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${name} TO ${reading}`);
}

/** Roles belong to the whole server; an operator may do without them. */
async function existing(db: Queryable, holders: readonly RoleHolder[]): Promise<string[]> {
  const { rows } = await db.query<{ rolname: string }>(
    'SELECT rolname FROM pg_roles WHERE rolname = ANY ($1) ORDER BY rolname',
    [holders.map(roleOf)],
  );
  return rows.map(({ rolname }) => rolname);
}
