import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ConsumerDefinition } from '#contracts/consumers.ts';
import { type Projection, type ProjectionDefinition, projectionConsumer, sourceNames } from './projection.ts';

/** Everything called after a projection must be a plain identifier: schemas, consumers, views. */
const NAME = /^[a-z][a-z0-9_]{0,30}$/;
/** The mechanics, beside the projections. */
const ENGINE = 'engine';
const RESERVED = new Set(['projections', 'public', ENGINE]);
/** The folder that all projections are in. */
export const PROJECTIONS: string = dirname(import.meta.dirname);

/** Raised for a name that no projection has. */
export class NoSuchProjection extends Error {
  override name = 'NoSuchProjection';
}

export const isProjectionName = (name: string): boolean => NAME.test(name) && !RESERVED.has(name);

/**
 * Every projection there is, by name: all folders of `directory` but `engine`.
 * @throws when a folder's name cannot be a schema's, or what it exports is not a projection.
 */
export async function loadProjections(directory: string = PROJECTIONS): Promise<Projection[]> {
  const names = await projectionFolders(directory);
  return Promise.all(names.map((name) => loadProjection(directory, name)));
}

/** Names of the folders that are projections, or are to be. */
export async function projectionFolders(directory: string = PROJECTIONS): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== ENGINE)
    .map((entry) => entry.name)
    .sort();
}

/** @throws {NoSuchProjection} naming the known ones. */
export async function loadProjectionNamed(name: string): Promise<Projection> {
  const [found] = chosenBy([name], await loadProjections());
  if (!found) throw new NoSuchProjection(`no projection "${name}"`);
  return found;
}

/**
 * What provisioning makes: all that are not off by default, whichever process is to run them, and those that PROJECTIONS names.
 * @throws {NoSuchProjection} naming the known ones.
 */
export function provisionedBy(
  names: readonly string[] | undefined,
  all: readonly Projection[],
): Projection[] {
  const named = chosenBy(names, all);
  return all.filter((projection) => projection.default !== 'off' || named.includes(projection));
}

/** Those that every installation has: not off by default. */
export const usualProjections = async (): Promise<Projection[]> =>
  provisionedBy(undefined, await loadProjections());

/**
 * What a process runs by its setting PROJECTIONS: the ones named, or without names all that are not off by default.
 * @throws {NoSuchProjection} naming the known ones.
 */
export function chosenBy(names: readonly string[] | undefined, all: readonly Projection[]): Projection[] {
  const unknown = (names ?? []).filter((name) => !all.some((projection) => projection.name === name));
  if (unknown.length > 0) {
    const known = all.map((projection) => projection.name).join(', ');
    throw new NoSuchProjection(`no projection "${unknown.join('", "')}"; there are: ${known}`);
  }
  return all.filter((projection) => isChosen(names, projection));
}

export const isChosen = (names: readonly string[] | undefined, projection: Projection): boolean =>
  names === undefined ? projection.default !== 'off' : names.includes(projection.name);

/** @throws when the folder's name cannot be a schema's, or what it exports is not a projection. */
export async function loadProjection(directory: string, name: string): Promise<Projection> {
  const folder = join(directory, name);
  if (!isProjectionName(name)) throw new Error(`${folder}: not a name for a projection`);
  const module: { projection?: ProjectionDefinition } = await import(
    pathToFileURL(join(folder, 'projection.ts')).href
  );
  if (!module.projection?.sources) throw new Error(`${folder}/projection.ts exports no projection`);
  const tables = await readFile(join(folder, 'tables.sql'), 'utf8');
  const views = await readFile(join(folder, 'views.sql'), 'utf8').catch(emptyWhenAbsent);
  return { ...module.projection, name, folder, tables, views };
}

function emptyWhenAbsent(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}

/** One durable consumer for each projection and source; operators see their lag with the `nats` CLI. */
export async function projectionConsumers(projections?: Projection[]): Promise<ConsumerDefinition[]> {
  const all = projections ?? (await usualProjections());
  return all.flatMap((projection) =>
    sourceNames(projection).map((stream) => ({
      name: projectionConsumer(projection.name, stream),
      stream,
      filterSubjects: [`${stream.toLowerCase()}.>`],
      // In hand while a batch is written. It is memory: with 10,000 a backlog took 65 MB more.
      maxAckPending: 2_000,
      ackWaitMs: 30_000,
      maxTries: Number.POSITIVE_INFINITY,
      description: `${stream} into projection ${projection.name}`,
    })),
  );
}
