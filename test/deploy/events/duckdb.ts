/** Rows of a query, by an embedded DuckDB; undefined where npm has no binary of it for the machine. */
export type Ask = (sql: string) => Promise<Record<string, unknown>[]>;

export async function openDuckDb(): Promise<Ask | undefined> {
  const duckdb = await import('@duckdb/node-api').catch(() => undefined);
  if (!duckdb) return undefined;
  const instance = await duckdb.DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
}
