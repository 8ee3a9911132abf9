import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { broadcastIdFrom } from '#contracts/ids.ts';
import { broadcastSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { openBroadcasts } from '#services/platform/messages/broadcasts.ts';
import { GARBAGE, spoilt } from '#test/support/garbage.ts';
import { asUserId } from '#test/support/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

const ADMIN = asUserId(1);

let server: TestNats;
beforeAll(async () => {
  server = await startTestNats();
  await provision(await server.connection(), { shardCount: 1 });
});
afterAll(() => server.stop());

test('what cannot be read of a broadcast: no request, begun anew, and called off', async () => {
  const nats = await server.connection();
  const js = jetstream(nats);
  const broadcasts = await openBroadcasts(nats);
  const texts = [...GARBAGE, ...spoilt({ queued: 5, complete: false })];
  for (const [i, text] of texts.entries()) {
    const id = broadcastIdFrom(ADMIN, i);
    await js.publish(broadcastSubject(id, 'requested'), text);
    expect(await broadcasts.request(id), text).toBeUndefined();
    expect(await broadcasts.latest(), text).toBeUndefined();

    const { seq } = await js.publish(broadcastSubject(id, 'progressed'), text);
    const progress = await broadcasts.progress(id);
    expect(progress, text).toEqual({ queued: 0, complete: false, sequence: seq });
    await broadcasts.report(id, { queued: 1, complete: true }, progress);
    expect(await broadcasts.progress(id), text).toMatchObject({ queued: 1, complete: true });

    expect(await broadcasts.isCancelled(id)).toBe(false);
    await js.publish(broadcastSubject(id, 'cancelled'), text);
    expect(await broadcasts.isCancelled(id), text).toBe(true);
  }
  process.stderr.write(`${texts.length} spoilt broadcasts of each kind\n`);
});
