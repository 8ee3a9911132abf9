import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BURST,
  COST,
  decide,
  FRESH,
  Quota,
  REQUESTS_A_MINUTE,
  type RequestKind,
  type Verdict,
} from '#services/bot/throttle/quota.ts';

const MINUTE_MS = 60_000;
type Made = [id: number, atMs: number, kind?: RequestKind];

function decided(requests: readonly Made[], quota: Quota = FRESH): Verdict[] {
  let kept = quota;
  return requests.map(([updateId, atMs, kind = 'words']) => {
    const result = decide(kept, { updateId, atMs, kind });
    // As it comes back from the bucket.
    kept = Quota.parse(JSON.parse(JSON.stringify(result.quota)));
    return result.verdict;
  });
}

const burst = (count: number, atMs = 0, kind: RequestKind = 'words'): Made[] =>
  Array.from({ length: count }, (_, n) => [atMs + n, atMs, kind]);

const admittedOf = (verdicts: Verdict[]) => verdicts.filter((verdict) => verdict === 'admitted').length;

test('thirty at once, then one word, then silence', () => {
  expect(decided(burst(33))).toEqual([...Array(30).fill('admitted'), 'told', 'silenced', 'silenced']);
  expect(admittedOf(decided(burst(100, 0, 'tap')))).toBe(60);
});

test('ten seconds later there is room for five more, and the next excess gets its word', () => {
  const later = [...burst(1, 9_999), ...burst(7, 10_000)];
  expect(decided([...burst(31), ...later]).slice(31)).toEqual([
    'silenced',
    ...Array(5).fill('admitted'),
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

/** /new, a name and a target in words; eight taps from how it is counted to its creation. */
const HABIT: readonly RequestKind[] = ['words', 'words', 'words', ...Array<RequestKind>(8).fill('tap')];

test('a habit every 17 seconds for ten minutes is never asked to wait', () => {
  const requests = Array.from({ length: Math.floor(600 / 17) }, (_, n) => n * 17_000).flatMap((fromMs) =>
    HABIT.map((kind, step): Made => [fromMs + step, fromMs + step * 1_500, kind]),
  );
  expect(requests.length).toBe(35 * HABIT.length);
  expect(new Set(decided(requests))).toEqual(new Set(['admitted']));
});

test('ten messages a second for ten minutes: 330 are answered, and each ten seconds one is told to wait', () => {
  const flood = Array.from({ length: 6_000 }, (_, n): Made => [n, n * 100]);
  const verdicts = decided(flood);
  expect(admittedOf(verdicts)).toBeGreaterThan(310);
  expect(admittedOf(verdicts)).toBeLessThanOrEqual(BURST + 10 * REQUESTS_A_MINUTE);
  expect(verdicts.filter((verdict) => verdict === 'told').length).toBeLessThanOrEqual(60);
});

test('no stretch of time lets more through than a burst and thirty a minute', () => {
  const request = fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.constantFrom<RequestKind>('words', 'tap'));
  fc.assert(
    fc.property(fc.array(request, { minLength: 50, maxLength: 300 }), (given) => {
      let atMs = 0;
      const requests = given.map(([wait, kind], id): Made => {
        atMs += wait;
        return [id, atMs, kind];
      });
      const verdicts = decided(requests);
      const admitted = requests.filter((_, n) => verdicts[n] === 'admitted');
      for (const [first, [, fromMs]] of admitted.entries()) {
        let cost = 0;
        for (const [, ms, kind = 'words'] of admitted.slice(first)) {
          cost += COST[kind];
          const most = BURST + (ms - fromMs) / (MINUTE_MS / REQUESTS_A_MINUTE);
          expect(cost).toBeLessThanOrEqual(most + 1e-9);
        }
      }
    }),
  );
});

test('what an earlier version kept counts, and what this one keeps is read by it', () => {
  const earlier: Quota = { taken: burst(29).map(([id, atMs]) => [id, atMs]) };
  expect(decided(burst(3, 1_000), earlier)).toEqual(['admitted', 'told', 'silenced']);
  const told: Quota = { taken: burst(30).map(([id, atMs]) => [id, atMs]), told: [30, 1] };
  expect(
    decided(
      [
        [40, 2_000],
        [41, MINUTE_MS + 1],
      ],
      told,
    ),
  ).toEqual(['silenced', 'admitted']);
  const { quota } = decide(FRESH, { updateId: 1, atMs: 5, kind: 'tap' });
  expect(quota).toMatchObject({ taken: [[1, 5]] });
});

test('a level of a clock that was far ahead counts for nothing', () => {
  const ahead: Quota = { taken: [], told: [1, 1e300], level: BURST, levelAtMs: 1e300 };
  expect(decided(burst(31, 1_000), ahead)).toEqual([...Array(30).fill('admitted'), 'told']);
});
