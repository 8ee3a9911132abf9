import { ConnectionLost } from '#projections/engine/connection.ts';
import { isRightMissing, isUnavailable, StoresDisagree } from '#services/platform/jetstream/errors.ts';
import { kindOf } from '#services/platform/process/failure-run.ts';
import { type Backoff, retry } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';

const BACKOFF: Backoff = { firstMs: 500, longestMs: 5_000 };

export type Patience = Pick<Ports, 'clock'> & {
  /** Ends a wait, and what it is waited with. */
  signal?: AbortSignal | undefined;
  /** Told once when a server is away, and what of the error may be said. */
  onAway?: ((why: string) => void) | undefined;
};

/** Does `work` again from where it can go on, as long as NATS or Postgres is away. @throws every other error. */
export function withPatience<T>(
  { clock, signal = new AbortController().signal, onAway }: Patience,
  work: () => Promise<T>,
): Promise<T> {
  let told = '';
  const onFailure = (error: unknown) => {
    const why = kindOf(error);
    if (why !== told) onAway?.(why);
    told = why;
  };
  const isFinal = (error: unknown) =>
    error instanceof StoresDisagree ||
    isRightMissing(error) ||
    !(error instanceof ConnectionLost || isUnavailable(error));
  return retry({ clock, backoff: BACKOFF, signal, onFailure, isFinal }, work);
}
