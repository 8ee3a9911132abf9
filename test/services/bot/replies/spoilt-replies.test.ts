import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replySubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { merged } from '#services/bot/replies/pending-replies.ts';
import { openReplyStream } from '#services/bot/replies/reply-stream.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { GARBAGE } from '#test/support/garbage.ts';
import { asUserId } from '#test/support/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

let server: TestNats;
beforeAll(async () => {
  server = await startTestNats();
  await provision(await server.connection(), { shardCount: 1 });
});
afterAll(() => server.stop());

test('replies that cannot be read count as none, and the next one takes their place', async () => {
  const nats = await server.connection();
  const stream = openReplyStream(nats, systemClock);
  const reply = { updateId: 1, screen: { screen: 'help' } } as const;
  for (const [i, text] of GARBAGE.entries()) {
    const userId = asUserId(1 + i);
    await jetstream(nats).publish(replySubject(userId), text);
    const found = await stream.read(userId);
    expect(found.pending.replies, text).toEqual([]);
    const how = { rank: 0, hasMoreBehind: false };
    await stream.change(userId, found, (before) => merged(before, [reply], how));
    expect((await stream.read(userId)).pending.replies, text).toMatchObject([reply]);
  }
  process.stderr.write(`${GARBAGE.length} spoilt replies\n`);
});
