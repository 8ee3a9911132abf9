import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { startFlow } from './flow.ts';

const NAME = 'Telegram away for ten minutes';
const OUTAGE_MS = 600_000;
const SPEED = 60;
const MINUTES_AN_OUTAGE = 60;

/** The sender's waits for Telegram are sixty times as short. It has recovered when a message gets through again. */
export const outage: Fault = {
  name: NAME,
  fullRuns: 3,
  async run({ servers, seed, runs }: FaultSettings): Promise<FaultRow> {
    const flow = await startFlow(servers, { minutes: 80 + runs * MINUTES_AN_OUTAGE });
    try {
      await flow.running.sender.stop();
      const gate = await openGate(Number(new URL(flow.fixture.telegramUrl).port));
      const hurried = { TELEGRAM_API_ROOT: gate.url, SPEED: String(SPEED) };
      flow.running.sender = await flow.fixture.start('faulty-sender', hurried);
      const recoveries: number[] = [];
      for (let i = 0; i < runs; i++) {
        await flow.worksAgain('sender');
        gate.shut();
        await delay(OUTAGE_MS / SPEED); // how long the outage lasts
        const before = await flow.workOf('sender');
        await gate.open();
        recoveries.push(await flow.worksAgain('sender', before));
      }
      const verdict = await flow.finish();
      await flow.running.sender.stop();
      gate.shut();
      const note = `${OUTAGE_MS / SPEED / 1000} s, with waits ${SPEED} times as short`;
      return { fault: NAME, runs, ...verdict, recoveryMs: recovery(recoveries), seed, note };
    } finally {
      await flow.stop();
    }
  },
};

type Gate = { url: string; open(): Promise<void>; shut(): void };

/** A proxy to a port of this machine. When it shuts, it breaks its connections and refuses new ones. */
async function openGate(targetPort: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = dial(targetPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    open: () => listen(port),
    shut() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
