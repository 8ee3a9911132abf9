import type { ConsumerInfo } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { queueOf, together } from '#services/console/queues.ts';

const info = (given: object = {}) =>
  ({
    ...{ name: 'bot-01', stream_name: 'UPDATES', num_pending: 0, num_ack_pending: 1, config: {} },
    ...{ ack_floor: { stream_seq: 7 }, ...given },
  }) as ConsumerInfo;

test('where the age of what waits is not known, it is at least as long as nothing moved', () => {
  const queue = queueOf({ info: info(), oldestAgeS: 0, idleS: 11 }, 0, () => undefined);
  expect(queue).toMatchObject({ inHand: 1, oldestMs: 11_000, stillMs: 11_000 });
});

test('of a stream that may not be read, it is by when its end was seen to pass the consumer', () => {
  const since = (stream: string, sequence: number) =>
    stream === 'UPDATES' && sequence === 7 ? 4_000 : undefined;
  expect(queueOf({ info: info(), oldestAgeS: 0, idleS: 1 }, 10_000, since).oldestMs).toBe(6_000);
  const empty = info({ num_ack_pending: 0 });
  expect(queueOf({ info: empty, oldestAgeS: 0, idleS: 0 }, 10_000, since).oldestMs).toBe(0);
});

test('several as one: sums, the worst of each duration, and the first end of a pause', () => {
  const queues = [
    queueOf({ info: info({ num_pending: 3 }), oldestAgeS: 2, idleS: 1 }, 0, () => undefined),
    queueOf(
      {
        info: info({ paused: true, config: { pause_until: '2026-11-28T10:00:00Z' } }),
        oldestAgeS: 5,
        idleS: 0,
      },
      0,
      () => undefined,
    ),
  ];
  expect(together('bot', queues)).toMatchObject({
    ...{ name: 'bot', waiting: 3, inHand: 2, oldestMs: 5_000, stillMs: 1_000 },
    pausedUntil: '2026-11-28T10:00:00Z',
  });
});
