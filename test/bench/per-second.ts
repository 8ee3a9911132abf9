/** How much of `count` the work does in a second. */
export async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return Math.round((count * 1000) / (performance.now() - started));
}
