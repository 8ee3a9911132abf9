import type { WriteStream } from 'node:tty';

/** Says how far a long command is: one line that is written over on a terminal, now and then a line of its own elsewhere. */
export type ProgressLine = {
  /** @param total what it comes to in the end; undefined when that is not known. */
  at(done: number, total?: number): void;
  end(): void;
};

const ON_TERMINAL_MS = 250;
const ELSEWHERE_MS = 10_000;

/** @param what such as "events stored". The rate and the time left are of this part alone. */
export function progressLine(what: string, to: WriteStream = process.stderr): ProgressLine {
  const startedMs = performance.now();
  const everyMs = to.isTTY ? ON_TERMINAL_MS : ELSEWHERE_MS;
  let saidMs = startedMs;
  let last = '';

  function say(line: string): void {
    last = line;
    to.write(to.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }

  return {
    at(done, total) {
      const nowMs = performance.now();
      if (nowMs - saidMs < everyMs) return;
      saidMs = nowMs;
      say(lineOf(what, { done, total }, (nowMs - startedMs) / 1000));
    },
    end() {
      if (to.isTTY && last !== '') to.write('\r\u001b[K');
    },
  };
}

type Done = { done: number; total: number | undefined };

function lineOf(what: string, { done, total }: Done, seconds: number): string {
  const perSecond = done / Math.max(seconds, 0.001);
  const rate = `${counted(Math.round(perSecond))}/s`;
  if (total === undefined) return `${counted(done)} ${what}, ${rate}`;
  const left = perSecond > 0 ? `, ${duration((total - done) / perSecond)} left` : '';
  const share = total > 0 ? Math.floor((100 * done) / total) : 100;
  return `${counted(done)} of ${counted(total)} ${what} (${share}%), ${rate}${left}`;
}

/** `1,234,567`: digits in groups, whatever the machine's language. */
export const counted = (count: number): string => count.toLocaleString('en-US');

export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
