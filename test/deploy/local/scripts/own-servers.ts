// Run as a process of its own by the tests: starts both servers in a folder, says so, and waits to be ended.
//   node own-servers.ts <folder> <nats-server> [uid]
import { chownSync } from 'node:fs';
import { startNatsServer } from '#deploy/local/nats-server.ts';
import { startPostgres } from '#deploy/local/postgres.ts';

const [folder = '', binary = '', uid] = process.argv.slice(2);
if (uid !== undefined) {
  chownSync(folder, Number(uid), Number(uid));
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}

try {
  const nats = await startNatsServer({ binary, storeDir: `${folder}/nats`, port: 0 });
  const postgres = await startPostgres({ dataDir: `${folder}/postgres`, port: 0 });
  process.once('SIGTERM', async () => {
    await Promise.all([nats.stop(), postgres.stop()]);
    process.exit(0);
  });
  console.log(`ready ${JSON.stringify({ nats: nats.pid, postgres: postgres.pid, url: postgres.url })}`);
} catch (error) {
  console.log(`problem ${error instanceof Error ? `${error.name}: ${error.message}` : error}`);
  process.exit(1);
}
