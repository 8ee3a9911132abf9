/** One stream's part of what a server may hold. `storedBytes` is what it holds already. */
export type Claimant = { name: string; sharePerMille: number; storedBytes: number };

/** A stream keeps at least what it holds and a quarter more, so that no limit deletes what is stored. */
const MARGIN = 1.25;

/**
 * Divides `totalBytes` by the shares. A stream that holds more than its share gets what it needs, and the others divide
 * what is left; when all together need more than there is, each gets what it needs.
 * @returns for each name its limit in whole bytes, above what it holds.
 */
export function divide(totalBytes: number, claimants: readonly Claimant[]): Map<string, number> {
  const limits = new Map<string, number>();
  let rest = [...claimants];
  let restBytes = totalBytes;
  while (rest.length > 0) {
    const shares = rest.reduce((sum, { sharePerMille }) => sum + sharePerMille, 0);
    const fair = ({ sharePerMille }: Claimant) => Math.floor((restBytes * sharePerMille) / shares);
    const beyond = rest.filter((each) => needOf(each) > fair(each));
    const settled = beyond.length > 0 ? beyond : rest;
    for (const each of settled) limits.set(each.name, Math.max(needOf(each), fair(each)));
    if (settled === rest) break;
    restBytes = Math.max(0, restBytes - beyond.reduce((sum, each) => sum + needOf(each), 0));
    rest = rest.filter((each) => !beyond.includes(each));
  }
  return limits;
}

/** A limit of 0 would be none at all. */
const needOf = ({ storedBytes }: Claimant) => Math.ceil(storedBytes * MARGIN) + 1;
