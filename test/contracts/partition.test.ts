import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PARTITION_COUNT, partitionOf } from '#contracts/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { asUserId } from '../support/ids.ts';

/** As an operator would write it: the second token is computed by the server. */
const mappings = `mappings = { "raw.*": "mapped.{{partition(${PARTITION_COUNT},1)}}.{{wildcard(1)}}" }`;
const IDS = 2000;

let server: TestNats;
let nats: NatsConnection;
beforeAll(async () => {
  server = await startTestNats({ extraConfig: mappings });
  nats = await server.connection();
});
afterAll(() => server.stop());

test('a partition is what nats-server computes, for 2,000 ids', async () => {
  const ids = Array.from({ length: IDS }, (_, i) => String(1 + i * 4_999_999_937 + (i % 7) * 13));
  const mapped = new Map<string, number>();
  const subscription = nats.subscribe('mapped.*.*', { max: IDS });
  for (const id of ids) nats.publish(`raw.${id}`);
  for await (const { subject } of subscription) {
    const [, partition, id = ''] = subject.split('.');
    mapped.set(id, Number(partition));
  }
  expect(mapped).toEqual(new Map(ids.map((id) => [id, partitionOf(asUserId(id))])));
  expect(new Set(mapped.values()).size).toBe(PARTITION_COUNT);
});
