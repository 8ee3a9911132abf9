import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { serviceRoles } from '../provision/roles.ts';

/** Owns the tables: provisioning, rebuilds and verifications log in as it. It may make roles, but is no superuser. */
const OWNER = 'habitstream_migrator';

/** Of a version before there were owners: what the superuser made. Its own schemas stay as they are. */
const HAND_OVER = `
DO $$ DECLARE made record; BEGIN
  FOR made IN SELECT nspname FROM pg_namespace WHERE nspowner = session_user::regrole
    AND nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')
  LOOP EXECUTE format('ALTER SCHEMA %I OWNER TO ${OWNER}', made.nspname); END LOOP;
  FOR made IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relowner = session_user::regrole AND n.nspowner = '${OWNER}'::regrole AND c.relkind IN ('r', 'v', 'm')
  LOOP EXECUTE format('ALTER TABLE %s OWNER TO ${OWNER}', made.name); END LOOP;
END $$`;

/**
 * Makes a database's owner, with a new password at each start: nothing keeps it but the environment that runs.
 * @param superuser URL of the database.
 * @returns the owner's URL.
 */
export function openToOwner(superuser: string): Promise<string> {
  return withClient(superuser, async (db) => {
    const { rowCount } = await db.query('SELECT FROM pg_roles WHERE rolname = $1', [OWNER]);
    if (rowCount === 0) await db.query(`CREATE ROLE ${OWNER} LOGIN CREATEROLE`);
    const name = new URL(superuser).pathname.slice(1);
    await db.query(`ALTER DATABASE ${escapeIdentifier(name)} OWNER TO ${OWNER}`);
    await db.query(HAND_OVER);
    return urlOf(db, superuser, OWNER);
  });
}

/** Opens the database to the services that have a role in it. @returns the URL of each, by its name. */
export function openToServices(superuser: string): Promise<ReadonlyMap<string, string>> {
  return withClient(superuser, async (db) => {
    const urls = new Map<string, string>();
    for (const [service, role] of serviceRoles) urls.set(service, await urlOf(db, superuser, role));
    return urls;
  });
}

/** Gives the role a new password. */
async function urlOf(db: Client, superuser: string, role: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  await db.query(`ALTER ROLE ${role} PASSWORD ${escapeLiteral(password)}`);
  const url = new URL(superuser);
  url.username = role;
  url.password = password;
  return url.href;
}

async function withClient<T>(url: string, work: (db: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
