import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A user and group id to run a program under. */
export type Account = { uid: number; gid: number };

/** "nobody" on every Linux, also where /etc/passwd does not name it. */
const NOBODY: Account = { uid: 65_534, gid: 65_534 };

/**
 * Whom Postgres is to run as: ourselves (undefined), unless we are root, as whom it refuses to run. Then the
 * owner of the data that is there already, or nobody.
 */
export async function postgresAccount(clusterDir: string): Promise<Account | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  const owner = await stat(clusterDir).catch(() => undefined);
  return owner === undefined || owner.uid === 0 ? NOBODY : { uid: owner.uid, gid: owner.gid };
}

/** Whether that account can enter the folder by its path: a parent such as /root (mode 700) prevents it. */
export async function canEnter(folder: string, account: Account | undefined): Promise<boolean> {
  return runs('/bin/sh', ['-c', 'cd -- "$1"', 'enter', folder], account);
}

/** Whether that account can run the program with these arguments, successfully. */
export async function runs(program: string, args: string[], account: Account | undefined): Promise<boolean> {
  try {
    await promisify(execFile)(program, args, { cwd: '/', timeout: 20_000, ...account });
    return true;
  } catch {
    return false;
  }
}
