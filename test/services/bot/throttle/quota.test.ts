import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decide,
  FRESH,
  type Quota,
  REQUESTS_A_MINUTE,
  type Verdict,
  WINDOW_MS,
} from '#services/bot/throttle/quota.ts';

function decided(requests: [id: number, atMs: number][]): Verdict[] {
  let quota: Quota = FRESH;
  return requests.map(([id, at]) => {
    const result = decide(quota, id, at);
    quota = result.quota;
    return result.verdict;
  });
}

const burst = (count: number, atMs = 0, firstId = 0) =>
  Array.from({ length: count }, (_, n): [number, number] => [firstId + n, atMs + n]);

test('thirty in a minute, then one word, then silence', () => {
  expect(decided(burst(33))).toEqual([...Array(30).fill('admitted'), 'told', 'silenced', 'silenced']);
});

test('there is room again as the oldest leaves the window, and the next excess gets its word', () => {
  const later: [number, number][] = [
    [40, WINDOW_MS - 1],
    [41, WINDOW_MS],
    [42, WINDOW_MS],
    [43, WINDOW_MS],
  ];
  expect(decided([...burst(31), ...later]).slice(30)).toEqual([
    'told',
    'silenced',
    'admitted',
    'told',
    'silenced',
  ]);
});

test('an update that comes again is the same request', () => {
  expect(decided([...burst(30), ...burst(30), [29, 100], [99, 100], [99, 101]]).slice(30)).toEqual([
    ...Array(31).fill('admitted'),
    'told',
    'told',
  ]);
});

test('no sliding minute lets more through', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 50, maxLength: 300 });
  fc.assert(
    fc.property(gaps, (waits) => {
      const requests = waits.map((_, id): [number, number] => {
        const at = waits.slice(0, id + 1).reduce((sum, wait) => sum + wait, 0);
        return [id, at];
      });
      const verdicts = decided(requests);
      const admitted = requests.filter((_, n) => verdicts[n] === 'admitted').map(([, ms]) => ms);
      for (const [n, ms] of admitted.entries()) {
        const end = admitted[n + REQUESTS_A_MINUTE];
        if (end !== undefined) expect(end - ms).toBeGreaterThanOrEqual(WINDOW_MS);
      }
    }),
  );
});
