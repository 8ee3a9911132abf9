import { DatabaseError, escapeIdentifier, escapeLiteral, type Pool, type PoolClient } from 'pg';
import { inTransaction } from '#projections/engine/checkpoints.ts';
import { ANALYST, READERS, type RoleHolder, type ServiceName } from '#projections/engine/projection.ts';
import { roleOf } from '#projections/engine/rights.ts';

const SERVICES: readonly ServiceName[] = ['projector', ...READERS];
const HOLDERS: readonly RoleHolder[] = [...SERVICES, ANALYST];

/** What each service that uses a database logs in as, by the service. */
export const serviceRoles: ReadonlyMap<string, string> = new Map(
  SERVICES.map((service) => [service, roleOf(service)]),
);

/** As Postgres takes them, such as `25s`. */
type RoleSettings = Record<string, string>;

/** One that reads never writes, whatever it is made to say. */
const READING = { default_transaction_read_only: 'on' };

/**
 * The client's own time for a statement ends its waiting, not the statement: a server whose table is locked would gather
 * one more waiting backend with each try. So the role's time for a statement is a bit shorter than the client's
 * (services/<service>/service.ts), and a lock is not waited for as long as that. The longest wait that is no fault is a
 * projector's for the swap of a rebuild, some seconds. A shard's transaction is idle while it publishes what it has read.
 */
const SETTINGS: Record<RoleHolder, RoleSettings> = {
  projector: settings({ statement: '25s', lock: '10s', idle: '20s' }),
  shards: { ...settings({ statement: '25s', lock: '5s', idle: '60s' }), ...READING },
  sender: { ...settings({ statement: '4s', lock: '2s', idle: '10s' }), ...READING },
  bot: { ...settings({ statement: '4s', lock: '2s', idle: '10s' }), ...READING },
  // A rebuild tries for ten minutes to swap its views between the statements of those who read them.
  analyst: { ...settings({ statement: '60s', lock: '5s', idle: '30s' }), ...READING },
};

/** At once, of all analysts together: the server has a hundred for everybody unless it is told otherwise. */
const ANALYST_CONNECTIONS = 10;

function settings({ statement, lock, idle }: Record<'statement' | 'lock' | 'idle', string>): RoleSettings {
  return {
    statement_timeout: statement,
    lock_timeout: lock,
    idle_in_transaction_session_timeout: idle,
  };
}

/**
 * Makes a login role for each service, and one for analysts, without a password, with the times that its statements may take
 * in this database. What it may do there is granted with the tables. How many connections analysts may have is said when their
 * role is made, and an operator's to change.
 * @returns a line for each change; one warning where this user may make no roles (`CREATEROLE`): then all services use
 * its own.
 */
export function provisionRoles(pool: Pool): Promise<string[]> {
  return inTransaction(pool, async (db) => {
    await db.query("SELECT pg_advisory_xact_lock(hashtext('habitstream roles'))");
    const changes: string[] = [];
    for (const holder of HOLDERS) {
      const change = await attempt(db, () => provisionRole(db, holder));
      if (change === 'forbidden') return [...changes, WITHOUT_ROLES];
      if (change) changes.push(`role ${roleOf(holder)}: ${change}`);
    }
    return changes;
  });
}

const WITHOUT_ROLES =
  'warning: this user of the database may not make the roles of the services (CREATEROLE), so that all of them need its rights';

async function provisionRole(db: PoolClient, holder: RoleHolder): Promise<string | undefined> {
  const role = roleOf(holder);
  const { rows } = await db.query<{ database: string; there: boolean; settings: string[] | null }>(
    `SELECT d.datname AS database, r.oid IS NOT NULL AS there, s.setconfig AS settings
     FROM pg_database d LEFT JOIN pg_roles r ON r.rolname = $1
     LEFT JOIN pg_db_role_setting s ON s.setrole = r.oid AND s.setdatabase = d.oid
     WHERE d.datname = current_database()`,
    [role],
  );
  const { database = '', there = false, settings } = rows[0] ?? {};
  const limit = holder === ANALYST ? `CONNECTION LIMIT ${ANALYST_CONNECTIONS}` : '';
  if (!there) await db.query(`CREATE ROLE ${role} LOGIN ${limit}`);
  const missing = Object.entries(SETTINGS[holder]).filter(
    ([name, value]) => !settings?.includes(`${name}=${value}`),
  );
  for (const [name, value] of missing) {
    const where = `${role} IN DATABASE ${escapeIdentifier(database)}`;
    await db.query(`ALTER ROLE ${where} SET ${name} = ${escapeLiteral(value)}`);
  }
  if (!there) return 'created';
  return missing.length === 0 ? undefined : missing.map((each) => each.join(' = ')).join(', ');
}

const INSUFFICIENT_PRIVILEGE = '42501';
/** Roles belong to the whole server: the provisioning of another database may have made it meanwhile. */
const THERE_ALREADY = ['42710', '23505'];

/** One step that leaves the transaction usable when this user may not take it; one that lost a race is taken again. */
async function attempt<T>(db: PoolClient, step: () => Promise<T>): Promise<T | 'forbidden'> {
  await db.query('SAVEPOINT role');
  try {
    const result = await step();
    await db.query('RELEASE SAVEPOINT role');
    return result;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code === undefined) throw error;
    await db.query('ROLLBACK TO SAVEPOINT role; RELEASE SAVEPOINT role');
    if (THERE_ALREADY.includes(error.code)) return attempt(db, step);
    if (error.code === INSUFFICIENT_PRIVILEGE) return 'forbidden';
    throw error;
  }
}
