import type { Pool } from 'pg';

/** What tells the rows of a table apart: a test of dbt. */
type Source = { table: string; meaning: string; columns: Column[]; key: string[] };
type Column = { name: string; type: string; meaning: string; notNull: boolean };

/** The published views of analytics as a sources file of dbt; `vitest -u` writes it. */
export async function dbtSources(pool: Pool): Promise<string> {
  const { rows } = await pool.query<Source>(`
    SELECT published.relname AS table, obj_description(published.oid, 'pg_class') AS meaning,
      json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
        'meaning', col_description(published.oid, a.attnum), 'notNull', coalesce(made.attnotnull, false))
        ORDER BY a.attnum) AS columns,
      coalesce((
        SELECT json_agg(k.attname ORDER BY array_position(i.indkey::int2[], k.attnum)) FROM pg_index i
        JOIN pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = ANY (i.indkey)
        WHERE i.indrelid = own.oid AND i.indisprimary
      ), '[]') AS key
    FROM pg_class published
    JOIN pg_attribute a ON a.attrelid = published.oid AND a.attnum > 0
    JOIN pg_class own ON own.relname = published.relname AND own.relnamespace = 'analytics_v1'::regnamespace
    JOIN pg_attribute made ON made.attrelid = own.oid AND made.attname = a.attname
    WHERE published.relnamespace = 'analytics'::regnamespace
    GROUP BY published.oid, published.relname, own.oid ORDER BY published.relname`);
  const head = ['version: 2', 'sources:', '  - name: analytics', '    schema: analytics', '    tables:'];
  return `${[...head, ...rows.flatMap(tableLines)].join('\n')}\n`;
}

function tableLines({ table, meaning, columns, key }: Source): string[] {
  const unique = key.length > 1 ? compositeKey(key) : [];
  return [
    `      - name: ${table}`,
    `        description: ${JSON.stringify(meaning)}`,
    ...unique,
    '        columns:',
    ...columns.flatMap((column) => columnLines(column, key)),
  ];
}

/** Of the package dbt_utils; dbt itself tests single columns alone. */
function compositeKey(key: readonly string[]): string[] {
  return [
    '        data_tests:',
    '          - dbt_utils.unique_combination_of_columns:',
    '              arguments:',
    `                combination_of_columns: [${key.join(', ')}]`,
  ];
}

function columnLines({ name, type, meaning, notNull }: Column, key: readonly string[]): string[] {
  const isKey = key.length === 1 && key[0] === name;
  const tests = [...(notNull ? ['not_null'] : []), ...(isKey ? ['unique'] : [])];
  return [
    `          - name: ${name}`,
    `            data_type: ${type}`,
    `            description: ${JSON.stringify(meaning)}`,
    ...(tests.length > 0 ? [`            data_tests: [${tests.join(', ')}]`] : []),
  ];
}
