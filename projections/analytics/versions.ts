import { bulkRows, type Shape } from '../engine/bulk-write.ts';
import type { Queryable } from '../engine/projection.ts';

/*
 * Slowly changing dimensions: a row for each change of an account or a habit, with what held from then on. An event that
 * changes nothing makes no row.
 */

/** Columns by their names, spelled as `to_jsonb` spells them: what is read back equals what was written. */
export type Attributes = Record<string, string | number | boolean | null | (string | number)[]>;

/** What an aggregate was from an event on. `at` is the event's. */
export type Version<S> = { key: readonly string[]; sequence: number; at: string; state: S };

export type Dimension<S extends Attributes> = {
  table: string;
  /** Columns of the key and their types. */
  key: readonly (readonly [name: string, type: string])[];
  /** Columns of the state and their types. */
  columns: { readonly [K in keyof S & string]: string };
  initial: S;
};

/** What an event does: columns that it sets, from what they were. */
export type Change<S> = {
  key: readonly string[];
  sequence: number;
  at: string;
  patch: (before: S) => Partial<S>;
};

/** Writes the versions that the changes of a batch make; they come in the order of the log. */
export async function writeVersions<S extends Attributes>(
  db: Queryable,
  dimension: Dimension<S>,
  changes: readonly Change<S>[],
): Promise<void> {
  if (changes.length === 0) return;
  const states = await currentStates(db, dimension, changes);
  const versions: Version<S>[] = [];
  for (const { key, sequence, at, patch } of changes) {
    const name = key.join('/');
    const before = states.get(name);
    const state = changed(before ?? dimension.initial, patch, dimension);
    if (state === before) continue;
    states.set(name, state);
    versions.push({ key, sequence, at, state });
  }
  await insertVersions(db, dimension, versions);
}

function changed<S extends Attributes>(state: S, patch: Change<S>['patch'], { columns }: Dimension<S>): S {
  const entries = Object.entries(patch(state));
  // Instants are spelled otherwise when they are read back, so one that is set counts as another.
  const isSame = entries.every(
    ([name, value]) =>
      columns[name] !== 'timestamptz' && JSON.stringify(value) === JSON.stringify(state[name]),
  );
  return isSame ? state : { ...state, ...Object.fromEntries(entries) };
}

async function currentStates<S extends Attributes>(
  db: Queryable,
  { table, key }: Dimension<S>,
  changes: readonly Change<S>[],
): Promise<Map<string, S>> {
  const { from, values } = bulkRows(distinctKeys(changes), keyShape(key));
  const name = key.map(([column]) => `t.${column}`).join(" || '/' || ");
  const { rows } = await db.query<{ name: string; state: S }>(
    `SELECT ${name} || '' AS name, to_jsonb(t) AS state FROM ${from} JOIN ${table} t ON ${sameKey(key, 't', 'c')}
     WHERE t.valid_to IS NULL`,
    values,
  );
  return new Map(rows.map((row) => [row.name, row.state]));
}

function distinctKeys(changes: readonly { key: readonly string[] }[]): { key: readonly string[] }[] {
  return [...new Map(changes.map(({ key }) => [key.join('/'), { key }])).values()];
}

const keyShape = (key: Dimension<Attributes>['key']): Shape<{ key: readonly string[] }> =>
  Object.fromEntries(key.map(([name, type], i) => [name, [type, (row) => row.key[i]] as const]));

const sameKey = (key: Dimension<Attributes>['key'], a: string, b: string): string =>
  key.map(([name]) => `${a}.${name} = ${b}.${name}`).join(' AND ');

/**
 * A version begins at its event's instant, but never before the one that it follows: clocks of processes differ, and the
 * sequence in the log is what counts. It ends where the next one begins.
 */
async function insertVersions<S extends Attributes>(
  db: Queryable,
  { table, key, columns }: Dimension<S>,
  versions: readonly Version<S>[],
): Promise<void> {
  if (versions.length === 0) return;
  const keys = key.map(([name]) => name);
  const names = Object.keys(columns);
  // `unnest` would flatten arrays of arrays, so arrays travel as text.
  const shape: Shape<Version<S>> = {
    ...keyShape(key),
    sequence: ['bigint', (each) => each.sequence],
    at: ['timestamptz', (each) => each.at],
    ...Object.fromEntries(
      names.map((name) => [name, [travelling(columns[name]), (each) => cell(each.state[name])] as const]),
    ),
  };
  const { from, values } = bulkRows(versions, shape);
  const ordered = `PARTITION BY ${keys.map((name) => `c.${name}`)} ORDER BY c.sequence`;
  await db.query(
    `WITH placed AS (
       SELECT c.*, greatest(max(c.at) OVER (${ordered}), before.valid_from) AS valid_from
       FROM ${from} LEFT JOIN ${table} before ON ${sameKey(key, 'before', 'c')} AND before.valid_to IS NULL
     ), ended AS (
       UPDATE ${table} t SET valid_to = c.valid_from
       FROM (SELECT ${keys}, min(valid_from) AS valid_from FROM placed GROUP BY ${keys}) c
       WHERE ${sameKey(key, 't', 'c')} AND t.valid_to IS NULL
     )
     INSERT INTO ${table} (${keys}, sequence, valid_from, valid_to, ${names})
     SELECT ${keys}, sequence, valid_from, lead(valid_from) OVER (${ordered}),
       ${names.map((name) => `${name}::${columns[name]}`)}
     FROM placed c`,
    values,
  );
}

const travelling = (type = 'text'): string => (type.endsWith('[]') ? 'text' : type);

function cell(value: Attributes[string] | undefined): string | number | boolean | null | undefined {
  return Array.isArray(value) ? `{${value.join(',')}}` : value;
}
