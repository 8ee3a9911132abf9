import type { Pool } from 'pg';
import { zonesInUse } from '#projections/schedules/due.ts';
import { adviceOn, offsetsInPostgres, tzdataDisagreements } from '#services/platform/local-time/tzdata.ts';
import { serviceRoles } from '../provision/roles.ts';
import { type Examination, type Finding, ok, problem, warning, warningUnless } from './finding.ts';

/** Ranges of several dates came with 14, which nobody repairs any more soon. */
const OLDEST = 15;
const CONNECTIONS_SOON = 0.8;

type Settings = Record<string, string>;

/** Which server it is, and whether what it has said to have stored is. */
export function postgresServer(database: Pool): Examination {
  return {
    about: 'Postgres',
    async look() {
      const settings = await settingsOf(database, [
        'server_version_num',
        'server_version',
        'fsync',
        'max_connections',
      ]);
      const major = Math.floor(Number(settings.server_version_num) / 10_000);
      const version = `${settings.server_version}`;
      return [
        major >= OLDEST
          ? ok('Postgres', version)
          : problem('Postgres', version, `at least ${OLDEST} is needed: upgrade it`),
        warningUnless(
          settings.fsync === 'on',
          'fsync of Postgres',
          String(settings.fsync),
          'a crash of the machine may spoil every table: fsync = on',
        ),
        await connections(database, Number(settings.max_connections)),
      ];
    },
  };
}

/** The roles that provisioning makes, each with its rights. */
export function databaseRoles(database: Pool): Examination {
  return {
    about: 'roles of Postgres',
    async look() {
      const wanted = [...serviceRoles.values()];
      const { rows } = await database.query<{ name: string }>(
        'SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1::text[])',
        [wanted],
      );
      const missing = wanted.filter((role) => !rows.some(({ name }) => name === role));
      if (missing.length === 0) return [ok('roles of Postgres', 'one for each service')];
      const advice = 'npm run habitstream -- provision';
      return [warning('roles of Postgres', `missing: ${missing.join(', ')}`, advice)];
    },
  };
}

/** Zones in use of which Node and Postgres have different ideas. */
export function timezones(database: Pool, nowMs: number): Examination {
  return {
    about: 'tzdata',
    async look() {
      const zones = await zonesInUse(database);
      const differing = await tzdataDisagreements(offsetsInPostgres(database), zones, nowMs);
      if (differing.length === 0)
        return [ok('tzdata', `Node and Postgres agree on ${zones.length} zones in use`)];
      return differing.map(adviceOn).map(({ found, advice }) => warning('tzdata', found, advice));
    },
  };
}

async function connections(database: Pool, most: number): Promise<Finding> {
  const { rows } = await database.query<{ used: number }>(
    'SELECT count(*)::int AS used FROM pg_stat_activity',
  );
  const used = rows[0]?.used ?? 0;
  return warningUnless(
    used < most * CONNECTIONS_SOON,
    'connections to Postgres',
    `${used} of ${most}`,
    'raise max_connections, or put PgBouncer between',
  );
}

async function settingsOf(database: Pool, names: readonly string[]): Promise<Settings> {
  const { rows } = await database.query<{ name: string; setting: string }>(
    'SELECT name, setting FROM pg_settings WHERE name = ANY ($1::text[])',
    [names],
  );
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}
