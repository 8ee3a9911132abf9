import { expect, test } from 'vitest';
import { hasNatsCli, openNatsCli } from './nats-cli.ts';
import { NATS_PASSWORD, startNatsWithUsers } from './nats-with-users.ts';

test.skipIf(!hasNatsCli)('the nats CLI logs in as a user, and tells how it ended', async () => {
  const server = await startNatsWithUsers();
  const login = { url: server.url, user: 'tick' };
  const cli = await openNatsCli({ ...login, password: NATS_PASSWORD });
  const stranger = await openNatsCli({ ...login, password: 'wrong' });
  const publish = ['pub', 'not.of.the.tick', 'x'];
  try {
    expect(await cli.run(['rtt'])).toContain(server.url);
    await expect(cli.run(publish)).rejects.toThrow(/Permissions Violation/);
    expect([...server.violations].join()).toContain('tick: Publish Violation');
    const { code, output } = await stranger.outcome(publish);
    expect(output).toContain('Authorization Violation');
    expect(code).toBeGreaterThan(0);
  } finally {
    await server.stop();
  }
});
