import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

export type LossyProxy = {
  url: string;
  /**
   * The next data from a client that contains `text` reaches the server, but nothing comes back any more. Resolves
   * when that has happened; the connection then still stands.
   */
  loseRepliesAfter(text: string): Promise<void>;
  /** Breaks all connections, as a network does. Later ones work. */
  cut(): void;
  close(): Promise<void>;
};

/** Stands between a client and a server on loopback, and loses what the server answers when told to. */
export async function startLossyProxy(targetPort: number): Promise<LossyProxy> {
  const sockets = new Set<Socket>();
  let trap: { text: string; sprung: () => void } | undefined;

  const server = createServer((client) => {
    const upstream = dial(targetPort, '127.0.0.1');
    let deaf = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => {
      const caught = trap !== undefined && data.includes(trap.text);
      if (caught) deaf = true;
      upstream.write(data, () => {
        if (!caught) return;
        trap?.sprung();
        trap = undefined;
      });
    });
    upstream.on('data', (data) => {
      if (!deaf) client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `nats://127.0.0.1:${port}`,
    loseRepliesAfter: (text) =>
      new Promise((sprung) => {
        trap = { text, sprung };
      }),
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
