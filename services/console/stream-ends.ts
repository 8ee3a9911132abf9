/** Where a stream ended, and when that was seen. */
type End = { atMs: number; sequence: number };

const REMEMBERED_MS = 15 * 60_000;

/**
 * How long something has waited in a stream, without the right to read it: by when the stream's end was first seen to have passed it.
 * So it is at least as long as that, and exact to how often the end is looked at.
 */
export function streamEnds() {
  const ends = new Map<string, End[]>();
  return {
    saw(stream: string, sequence: number, nowMs: number): void {
      const known = ends.get(stream) ?? [];
      if (known.at(-1)?.sequence !== sequence) known.push({ atMs: nowMs, sequence });
      while ((known[1]?.atMs ?? nowMs) < nowMs - REMEMBERED_MS) known.shift();
      ends.set(stream, known);
    },
    /** @returns since when (epoch ms) the stream reaches beyond `sequence`; undefined when it does not. */
    beyondSinceMs(stream: string, sequence: number): number | undefined {
      return ends.get(stream)?.find((end) => end.sequence > sequence)?.atMs;
    },
  };
}
