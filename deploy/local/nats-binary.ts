import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { isServerNewEnough, REQUIRED_SERVER_TEXT } from '#services/platform/jetstream/server-version.ts';
import { cachedBinary, fetchServer, installedBinary, pinnedServer } from './nats-package.ts';
import { StartupProblem } from './startup-problem.ts';

/** The first version with atomic batches and asynchronous persistence. */
const INSTALL = `install nats-server >= ${REQUIRED_SERVER_TEXT} and put it on PATH, or name it with NATS_SERVER`;

export type NatsBinaryOptions = {
  /** Used whatever else there is. */
  configuredPath?: string;
  /** A fetched binary is kept in `cache/` in here. */
  dataDir: string;
  log: (line: string) => void;
  /** Such as 'linux-x64'; this machine's by default. */
  platform?: string;
};

type Inspected = { path: string; version: string; goodEnough: boolean };

/**
 * Finds a nats-server that is new enough: the configured one, else one on PATH, else the one that npm installed, else a
 * fetched one. (npm silently skips the optional package when it runs on an older Node than the package asks for.)
 * @returns its path.
 * @throws {StartupProblem} when the configured one is missing or too old, or there is no other.
 */
export async function resolveNatsServer(options: NatsBinaryOptions): Promise<string> {
  if (options.configuredPath !== undefined) return configured(resolve(options.configuredPath));
  const onPath = await findOnPath();
  if (onPath?.goodEnough) return onPath.path;

  const platform = options.platform ?? `${process.platform}-${process.arch}`;
  const tooOld = onPath && `nats-server ${onPath.version} at ${onPath.path} is too old`;
  if (platform !== 'linux-x64') {
    const intro = tooOld ?? `No nats-server was found, and none is packaged for ${platform}`;
    throw new StartupProblem(`${intro}; at least ${REQUIRED_SERVER_TEXT} is required: ${INSTALL}.`);
  }
  if (tooOld)
    options.log(`${tooOld} (at least ${REQUIRED_SERVER_TEXT} is required); using the packaged one instead.`);
  return packaged(resolve(options.dataDir, 'cache'), options.log);
}

async function configured(path: string): Promise<string> {
  const found = await inspect(path);
  if (found === undefined) {
    throw new StartupProblem(
      `The configured nats-server ${path} cannot be run: correct the path, or ${INSTALL}.`,
    );
  }
  if (found.goodEnough) return path;
  throw new StartupProblem(
    `The configured nats-server ${path} has version ${found.version}; at least ${REQUIRED_SERVER_TEXT} is required: ${INSTALL}.`,
  );
}

async function packaged(cacheDir: string, log: (line: string) => void): Promise<string> {
  const installed = await inspect(installedBinary());
  if (installed?.goodEnough) return installed.path;
  const pinned = await pinnedServer();
  const cached = await inspect(cachedBinary(cacheDir, pinned.version));
  if (cached?.goodEnough) return cached.path;
  log(`Fetching nats-server ${pinned.version} with npm (7 MB, once) …`);
  const fetched = await inspect(await fetchServer(pinned, cacheDir));
  if (fetched?.goodEnough) return fetched.path;
  throw new StartupProblem(
    `The fetched nats-server ${pinned.version} does not run on this machine: ${INSTALL}.`,
  );
}

async function findOnPath(): Promise<Inspected | undefined> {
  // The shell looks it up, so that a person who types the name gets the same one.
  const shell = promisify(execFile)('/bin/sh', ['-c', 'command -v nats-server']);
  const path = await shell.then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  return path === '' ? undefined : inspect(path);
}

async function inspect(path: string): Promise<Inspected | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000 });
    const [version] = /\d+\.\d+\.\d+\S*/.exec(stdout) ?? [];
    if (version === undefined) return undefined;
    return { path, version, goodEnough: isServerNewEnough(version) };
  } catch {
    return undefined; // absent, or not a program for this machine
  }
}
