import { fingerprint, hashOf, type Projection, type Queryable, sourceNames } from './projection.ts';
import { sqlTokens } from './sql-tokens.ts';

/*
 * A checkpoint keeps the fingerprint of the text from which its tables were made. Another text with the same tokens
 * defines the same tables: the table `definitions` says of each fingerprint what it defines. Fingerprints stay what they
 * have always been, so a version of the program from before reads them too, beside this one or after a step back.
 */

/** Tells two definitions apart, whatever their comments and white space. */
function definitionOf(projection: Projection): string {
  return hashOf(JSON.stringify([...sqlTokens(projection.tables), sourceNames(projection)]));
}

/** Keeps what this text defines, for other texts with the same definition. */
export async function recordDefinition(db: Queryable, projection: Projection): Promise<void> {
  await db.query(
    `INSERT INTO projections.definitions (fingerprint, definition) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
    [fingerprint(projection), definitionOf(projection)],
  );
}

/** Whether tables that were made from the text with `stored` as its fingerprint are those of this projection. */
export async function isDefinedBy(db: Queryable, projection: Projection, stored: string): Promise<boolean> {
  if (stored === fingerprint(projection)) return true;
  const { rows } = await db.query(
    `SELECT FROM projections.definitions WHERE fingerprint = $1 AND definition = $2`,
    [stored, definitionOf(projection)],
  );
  return rows.length > 0;
}
