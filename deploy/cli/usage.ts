import type { z } from 'zod';

/** A command line that cannot be understood: the usage is printed below the message. */
export class WrongUsage extends Error {
  override name = 'WrongUsage';
}

/** Says of each option what is wrong with its value. */
export function wrongOptions({ issues }: z.ZodError): WrongUsage {
  return new WrongUsage(issues.map(({ path, message }) => `--${String(path[0])}: ${message}`).join('\n'));
}
