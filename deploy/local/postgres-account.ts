import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { StartupProblem } from './startup-problem.ts';

/** A user and group id to run a program under. */
export type Account = { uid: number; gid: number };

/** The usual ids of "nobody", for a system that names no such user. */
const NOBODY: Account = { uid: 65_534, gid: 65_534 };

/**
 * The account that Postgres is to run as. Undefined: that of this process. Postgres refuses to run as root; root runs it
 * as the owner of the existing data, else as the user "nobody".
 * @throws {StartupProblem} when root may not change to that user, as in a container without the capability.
 */
export async function postgresAccount(clusterDir: string): Promise<Account | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  const owner = await stat(clusterDir).catch(() => undefined);
  const known = owner !== undefined && owner.uid !== 0;
  const account = known ? { uid: owner.uid, gid: owner.gid } : await nobody();
  if (await runs('/bin/sh', ['-c', ':'], account)) return account;
  throw new StartupProblem(
    `Postgres refuses to run as root, and this root may not become user ${account.uid}: start as an ordinary user, or set DATABASE_URL to a Postgres of yours.`,
  );
}

/** initdb looks the name of its user up, so the id must be in /etc/passwd. */
async function nobody(): Promise<Account> {
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(users) ?? [];
  return uid === undefined ? NOBODY : { uid: Number(uid), gid: Number(gid) };
}

/** @throws {StartupProblem} when this process has a user id without a name, as some containers are started. */
export function assertNamedUser(): void {
  try {
    userInfo();
  } catch (error) {
    throw new StartupProblem(
      `Postgres needs its user to have a name, and user id ${process.geteuid?.()} has none in /etc/passwd: start as another user (root will do), or set DATABASE_URL to a Postgres of yours.`,
      { cause: error },
    );
  }
}

/** Whether the account can enter the folder by its path: a parent such as /root (mode 700) prevents it. */
export async function canEnter(folder: string, account: Account | undefined): Promise<boolean> {
  return runs('/bin/sh', ['-c', 'cd -- "$1"', 'enter', folder], account);
}

/** Whether the program, run by the account with these arguments, succeeds. */
export async function runs(program: string, args: string[], account: Account | undefined): Promise<boolean> {
  try {
    await promisify(execFile)(program, args, { cwd: '/', timeout: 20_000, ...account });
    return true;
  } catch {
    return false;
  }
}
