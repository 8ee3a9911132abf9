/** Numbers from 0 (included) to 1 (excluded). */
export type Random = () => number;

/** The sfc32 generator: the same seed and stream always give the same numbers, another stream independent ones. */
export function seeded(seed: number, stream: number): Random {
  let a = seed | 0;
  let b = stream | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

/**
 * Draws an index with the probability of its weight, in constant time, by the alias method (Walker, Vose).
 * @param weights at least one of them positive, none negative.
 */
export function picker(weights: readonly number[]): (random: Random) => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const scaled = weights.map((weight) => (weight * weights.length) / total);
  const keep = new Float64Array(weights.length).fill(1);
  const alias = Uint32Array.from(weights.keys());
  const small = [...scaled.keys()].filter((i) => (scaled[i] ?? 0) < 1);
  const large = [...scaled.keys()].filter((i) => (scaled[i] ?? 0) >= 1);
  while (small.length > 0 && large.length > 0) {
    const less = small.pop() ?? 0;
    const more = large.at(-1) ?? 0;
    keep[less] = scaled[less] ?? 0;
    alias[less] = more;
    const left = (scaled[more] ?? 0) - (1 - (scaled[less] ?? 0));
    scaled[more] = left;
    if (left < 1) small.push(large.pop() ?? 0);
  }
  // Rounding errors leave indexes in `small`. They keep their whole share, but one of weight 0 must never be drawn.
  const certain = scaled.indexOf(Math.max(...scaled));
  for (const i of small) if (weights[i] === 0) alias[i] = certain;
  for (const i of small) if (weights[i] === 0) keep[i] = 0;
  return (random) => {
    const point = random() * weights.length;
    const i = Math.floor(point);
    return point - i < (keep[i] ?? 1) ? i : (alias[i] ?? i);
  };
}
