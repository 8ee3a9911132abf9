/** `unknown`: it could not be looked at. `warning`: it works, and something is to be done. `problem`: something does not work. */
export type Level = 'ok' | 'unknown' | 'warning' | 'problem';

/** What was looked at, what was found, and what to do about it. */
export type Finding = { level: Level; about: string; found: string; advice?: string };

/** A part of the examination. What it throws is a finding too. */
export type Examination = { about: string; look(): Promise<Finding[]> };

export const ok = (about: string, found: string): Finding => ({ level: 'ok', about, found });

export const warning = (about: string, found: string, advice: string): Finding => ({
  ...{ level: 'warning', about, found, advice },
});

export const problem = (about: string, found: string, advice: string): Finding => ({
  ...{ level: 'problem', about, found, advice },
});

export const unknown = (about: string, found: string, advice: string): Finding => ({
  ...{ level: 'unknown', about, found, advice },
});

/** `warning` when there is something to do, else `ok`. */
export const warningUnless = (isWell: boolean, about: string, found: string, advice: string): Finding =>
  isWell ? ok(about, found) : warning(about, found, advice);
