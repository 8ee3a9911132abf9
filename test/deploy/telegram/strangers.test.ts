import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { BOT_TOKEN, started } from './fixture.ts';

/* What a web page elsewhere cannot reach in the simulator of a developer whose browser shows that page. */

const PATHS = [
  '/',
  '/page/app.js',
  '/media/SIM',
  '/control/people',
  '/control/stream',
  '/control/requests',
  `/bot${BOT_TOKEN}/getMe`,
  `/bot${BOT_TOKEN}/sendMessage?chat_id=1001&text=hello`,
  `/file/bot${BOT_TOKEN}/SIM`,
];
const STRANGERS: Record<string, string>[] = [
  { host: 'attacker.example' },
  { host: 'localhost.attacker.example' },
  { host: '127.0.0.1.attacker.example' },
  { origin: 'https://attacker.example' },
  { origin: 'null' },
  { host: 'attacker.example', origin: 'http://localhost' },
];

it('lets in programs of this machine alone, wherever they knock', async () => {
  const { simulator, client } = await started();
  const before = (await client.requests()).length;
  const refused = new Map<string, number>();
  for (const path of PATHS) {
    for (const headers of STRANGERS) {
      const { status, body } = await ask(simulator.port, path, headers);
      expect({ path, headers, body }).toMatchObject({
        body: path.includes('/bot') ? { ok: false, error_code: 401 } : { error: expect.any(String) },
      });
      refused.set(path, (refused.get(path) ?? 0) + (status === 401 || status === 403 ? 1 : 0));
    }
  }
  expect([...refused.values()]).toEqual(PATHS.map(() => STRANGERS.length));
  const picture = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
  for (const path of PATHS.filter((each) => each.includes('/bot'))) {
    expect(await ask(simulator.port, path, picture)).toMatchObject({ status: 401 });
  }
  expect((await client.requests()).length).toBe(before);
  for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
    const headers = { host: `${name}:${simulator.port}`, origin: `http://${name}` };
    expect(await ask(simulator.port, `/bot${BOT_TOKEN}/getMe`, headers)).toMatchObject({ status: 200 });
  }
});

/** `fetch` sets the Host itself. */
async function ask(port: number, path: string, headers: Record<string, string>) {
  const asked = request({ port, host: '127.0.0.1', path, headers }).end();
  const [response] = await once(asked, 'response');
  const status: number = response.statusCode;
  return { status, body: await json(response) };
}
