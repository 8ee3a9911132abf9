/**
 * Something a person has to put right before we can start: its message is one sentence for people,
 * saying what is wrong and what to do. Callers print the message alone (no stack) and exit with 1.
 */
export class StartupProblem extends Error {
  override readonly name = 'StartupProblem';
}

/** The operating system's code of a failed call (`EACCES`, `ENOENT`, …), or undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
