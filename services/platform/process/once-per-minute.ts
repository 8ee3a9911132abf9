const MINUTE_MS = 60_000;

/**
 * For lines that a caller can provoke as often as it likes: the log would grow by what others send. `say` is called at
 * once for the first, and then at most once a minute, with the latest and how many came since.
 */
export function oncePerMinute<T>(say: (latest: T, times: number) => void): (what: T) => void {
  let untold: { latest: T; times: number } | undefined;
  let waiting = false;
  const tell = (latest: T, times: number) => {
    untold = undefined;
    waiting = true;
    setTimeout(minuteOver, MINUTE_MS).unref();
    say(latest, times);
  };
  const minuteOver = () => {
    waiting = false;
    if (untold) tell(untold.latest, untold.times);
  };
  return (what) => {
    if (waiting) untold = { latest: what, times: (untold?.times ?? 0) + 1 };
    else tell(what, 1);
  };
}
