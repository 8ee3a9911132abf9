/**
 * Messages a second while all senders were at work: without the start of their processes and without the last
 * stragglers.
 */
export function arrivalRate(arrivals: readonly number[], ms: number): number {
  const startMs = (arrivals[0] ?? 0) + ms * 0.2;
  const inside = arrivals.filter((at) => at >= startMs && at < startMs + ms * 0.6);
  return ((inside.length - 1) * 1000) / ((inside.at(-1) ?? 0) - (inside[0] ?? 0));
}
