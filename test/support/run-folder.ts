import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { armDeadman } from '#deploy/local/deadman.ts';

export type RunFolder = { path: string; remove(): Promise<void> };

/** The one folder of a test run. It is removed when the run ends, also when the run is killed. */
export async function makeRunFolder(): Promise<RunFolder> {
  const path = await mkdtemp(join(tmpdir(), 'habitstream-test-'));
  await chmod(path, 0o711); // Postgres's account passes through when we are root
  const disarm = armDeadman({ folder: path });
  const remove = async () => {
    await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    disarm();
  };
  return { path, remove };
}

/** A new folder inside the run's one, for a test file; it need not be removed. */
export async function testFolder(name: string): Promise<string> {
  const parent = inject('runFolder');
  await mkdir(parent, { recursive: true });
  const path = await mkdtemp(join(parent, `${name}-`));
  await chmod(path, 0o711);
  return path;
}
