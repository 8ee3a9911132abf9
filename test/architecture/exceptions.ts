import type { Exception } from './rules.ts';

/** The one place of exceptions. `what` is a part of what the violation says. */
export const EXCEPTIONS: readonly Exception[] = [];
