/**
 * The first Ctrl-C or SIGTERM asks a command to end at its next good place; a second one ends the process as it is.
 * @param reason what the signal is aborted with.
 */
export function interruption(reason?: Error): Disposable & { signal: AbortSignal } {
  const stopping = new AbortController();
  const stop = () => stopping.abort(reason);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return {
    signal: stopping.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  };
}
