import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isProjectionName, PROJECTIONS } from './registry.ts';

const TEMPLATE = join(import.meta.dirname, 'template');

/** Raised when a folder of that name cannot be made. */
export class NoNewProjection extends Error {
  override name = 'NoNewProjection';
}

/**
 * Makes the folder of a projection that works already, to be changed into what is wanted.
 * @returns the folder.
 * @throws {NoNewProjection} when the name cannot be that of a schema, or is taken.
 */
export async function newProjection(name: string, directory: string = PROJECTIONS): Promise<string> {
  if (!isProjectionName(name))
    throw new NoNewProjection(
      `"${name}" cannot be the name of a projection: small letters, digits and _, beginning with a letter, at most 31`,
    );
  const folder = join(directory, name);
  await mkdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause;
    throw new NoNewProjection(`there is a projection "${name}" already: ${folder}`, { cause });
  });
  await cp(TEMPLATE, folder, { recursive: true });
  return folder;
}
