/** A command line that cannot be understood: the usage is printed below the message. */
export class WrongUsage extends Error {
  override name = 'WrongUsage';
}

type Issue = { path: readonly PropertyKey[]; message: string };

/** Says of each option what is wrong with its value, as zod found it. */
export function wrongOptions({ issues }: { issues: readonly Issue[] }): WrongUsage {
  return new WrongUsage(issues.map(({ path, message }) => `--${String(path[0])}: ${message}`).join('\n'));
}
