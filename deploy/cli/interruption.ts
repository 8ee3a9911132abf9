/** The line of a progress that stands on the terminal is written over. */
const SAID = 'Stopping at the next good place. Ctrl-C again ends it at once.';

/**
 * The first Ctrl-C or SIGTERM asks a command to end at its next good place, and says so; a second one ends the process as it is.
 * @param reason what the signal is aborted with.
 */
export function interruption(reason?: Error): Disposable & { signal: AbortSignal } {
  const stopping = new AbortController();
  const stop = () => {
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${SAID}\n` : `${SAID}\n`);
    stopping.abort(reason);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return {
    signal: stopping.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  };
}
