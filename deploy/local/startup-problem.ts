/**
 * What a person has to put right before the environment can start. The message is one sentence that says what is wrong
 * and what to do; callers print it without the stack and exit with 1.
 */
export class StartupProblem extends Error {
  override readonly name = 'StartupProblem';
}

/** The operating system's code of a failed call (`EACCES`, `ENOENT`, …), or undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
