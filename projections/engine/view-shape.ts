import { escapeIdentifier, escapeLiteral } from 'pg';
import type { Queryable } from './projection.ts';

/*
 * What others may hold on to in a published view: its columns in their places, their rights on it, what they built on it.
 */

/** `type` as Postgres spells it, with the collation. */
export type Column = { name: string; type: string };

/** Columns of a table or view in their places; none when there is no such relation. */
export async function columnsOf(db: Queryable, schema: string, relation: string): Promise<Column[]> {
  const { rows } = await db.query<Column>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) || ' ' || attcollation AS type FROM pg_attribute
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [`${schema}."${relation}"`],
  );
  return rows;
}

/**
 * The columns wanted of a view that can replace the published one in place, in this sequence: those there are, then new ones.
 * @returns undefined when a published one is gone or has another type.
 */
export function inPlace(published: readonly Column[], wanted: readonly Column[]): Column[] | undefined {
  const isIn = (columns: readonly Column[], column: Column) =>
    columns.some(({ name, type }) => name === column.name && type === column.type);
  if (!published.every((column) => isIn(wanted, column))) return undefined;
  return [...published, ...wanted.filter((column) => !isIn(published, column))];
}

export const columnList = (columns: readonly Column[]): string =>
  columns.map(({ name }) => escapeIdentifier(name)).join(', ');

/** For each of these views that something stands on, an indented line that says what. */
export async function dependentLines(
  db: Queryable,
  schema: string,
  views: readonly string[],
): Promise<string[]> {
  const lines: string[] = [];
  for (const view of views) {
    const dependents = await dependentsOf(db, schema, view);
    if (dependents.length > 0) lines.push(`  ${schema}.${view}: ${dependents.join(', ')}`);
  }
  return lines;
}

/** What stands on a view, as Postgres describes it: other people's views, functions, policies. */
async function dependentsOf(db: Queryable, schema: string, view: string): Promise<string[]> {
  const { rows } = await db.query<{ dependent: string }>(
    `SELECT DISTINCT pg_describe_object(classid, objid, objsubid) AS dependent
     FROM pg_depend LEFT JOIN pg_rewrite r ON classid = 'pg_rewrite'::regclass AND r.oid = objid
     WHERE refclassid = 'pg_class'::regclass AND refobjid = to_regclass($1) AND deptype = 'n'
       AND ev_class IS DISTINCT FROM refobjid
     ORDER BY 1`,
    [`${schema}."${view}"`],
  );
  return rows.map(({ dependent }) => dependent);
}

/** A right on a view, or on a column of it. `role` is quoted where it has to be. */
export type ViewGrant = { role: string; privilege: string; column: string | null; grantable: boolean };

/** Rights of others than the owner. */
export async function grantsOf(db: Queryable, schema: string, view: string): Promise<ViewGrant[]> {
  const { rows } = await db.query<ViewGrant>(
    `SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS role,
       privilege_type AS privilege, "column", is_grantable AS grantable
     FROM (
       SELECT relowner, relacl AS acl, NULL AS "column" FROM pg_class WHERE oid = to_regclass($1)
       UNION ALL
       SELECT relowner, attacl, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
       WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
     ) rights, aclexplode(acl)
     WHERE grantee <> relowner`,
    [`${schema}."${view}"`],
  );
  return rows;
}

/** Gives a right again on a view that was dropped and made; one on a column that is gone has no object any more. */
export async function restoreGrant(
  db: Queryable,
  { role, privilege, column, grantable }: ViewGrant,
  view: string,
  columns: readonly Column[],
): Promise<void> {
  if (column !== null && !columns.some(({ name }) => name === column)) return;
  const on = column === null ? '' : ` (${escapeIdentifier(column)})`;
  await db.query(`GRANT ${privilege}${on} ON ${view} TO ${role}${grantable ? ' WITH GRANT OPTION' : ''}`);
}

/** What comments say of a version's relation and its columns, said of the published view. */
export async function copyComments(
  db: Queryable,
  { schema, name, relation }: { schema: string; name: string; relation: string },
): Promise<void> {
  const { rows } = await db.query<{ column: string | null; comment: string | null }>(
    `SELECT attname AS "column", col_description(attrelid, attnum) AS comment FROM pg_attribute
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
     UNION ALL SELECT NULL, obj_description(to_regclass($1), 'pg_class')`,
    [`${schema}."${relation}"`],
  );
  const view = `${name}."${relation}"`;
  const statements = rows.map(({ column, comment }) => {
    const on = column === null ? `VIEW ${view}` : `COLUMN ${view}.${escapeIdentifier(column)}`;
    return `COMMENT ON ${on} IS ${comment === null ? 'NULL' : escapeLiteral(comment)}`;
  });
  await db.query(statements.join('; '));
}
