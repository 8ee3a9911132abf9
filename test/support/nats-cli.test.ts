import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { hasNatsCli, openNatsCli } from './nats-cli.ts';
import { NATS_PASSWORD, startNatsWithUsers } from './nats-with-users.ts';

test.skipIf(!hasNatsCli)('the nats CLI logs in as a user, and tells how it ended', async () => {
  const server = await startNatsWithUsers();
  const cli = await openNatsCli({ url: server.url, user: 'tick', password: NATS_PASSWORD });
  const stranger = await openNatsCli({ url: server.url, user: 'tick', password: 'wrong' });
  try {
    expect(await cli.run(['pub', 'not.of.the.tick', 'x', '--quiet'])).toBe('');
    await eventually(() => expect([...server.violations].join()).toContain('tick: Publish Violation'));
    await expect(cli.run(['no-such-command'])).rejects.toThrow(/no-such-command ended with/);
    const { code, output } = await stranger.outcome(['rtt']);
    expect([code > 0, output]).toEqual([true, expect.stringContaining('Authorization Violation')]);
  } finally {
    await server.stop();
  }
});
