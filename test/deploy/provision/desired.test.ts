import { describe, expect, test } from 'vitest';
import { buckets, streams } from '#contracts/streams.ts';
import { desiredBucket, desiredStream } from '#deploy/provision/desired.ts';

const asyncStreams = streams.filter((definition) => definition.async);
const asyncBuckets = buckets.filter((definition) => definition.async);

describe('asynchronous persistence', () => {
  const of = (replicas?: number) => [
    ...asyncStreams.map((definition) => desiredStream(definition, { replicas })),
    ...asyncBuckets.map((definition) => desiredBucket(definition, { replicas })),
  ];

  test.each([undefined, 1])('is asked for with %s replicas', (replicas) => {
    expect(of(replicas).length).toBeGreaterThan(1);
    for (const desired of of(replicas)) expect(desired).toMatchObject({ persist_mode: 'async' });
  });

  test('is left out of replicated streams and buckets, which the server would refuse', () => {
    for (const desired of of(3)) {
      expect(desired).not.toHaveProperty('persist_mode');
      expect(desired.num_replicas).toBe(3);
    }
  });

  test('is never asked for where a message must be on disk before it is acked', () => {
    const durable = [
      ...streams.filter((definition) => !definition.async).map((definition) => desiredStream(definition)),
      ...buckets.filter((definition) => !definition.async).map((definition) => desiredBucket(definition)),
    ];
    for (const desired of durable) expect(desired).not.toHaveProperty('persist_mode');
  });
});

test('the number of replicas is left to the server when it is not given', () => {
  for (const definition of streams) expect(desiredStream(definition)).not.toHaveProperty('num_replicas');
});
