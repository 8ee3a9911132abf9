import { expect, test } from 'vitest';
import { simulatorClient } from '#deploy/telegram/client.ts';
import { testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';

const processes = testProcesses();

/** Where it says that services reach it, and as which bot. */
async function started(dataDir: string) {
  const process = await processes.startScript('deploy/telegram/main.ts', [], {
    PORT: '0',
    DATA_DIR: dataDir,
  });
  const line = await process.line(/^Services: /);
  const [, url = '', token = ''] = /TELEGRAM_API_ROOT=(\S+) BOT_TOKEN=(\S+)/.exec(line) ?? [];
  return { process, url, token };
}

test('as a process of its own it says how services reach it, ends when asked, and keeps its chats over kill -9', async () => {
  const dataDir = await testFolder('telegram');
  const first = await started(dataDir);
  const person = await simulatorClient(first.url).person({ id: 5, first_name: 'Kim' });
  await person.say('hello');
  const updates = await fetch(`${first.url}/bot${first.token}/getUpdates`);
  expect(await updates.json()).toMatchObject({ ok: true, result: [{ message: { text: 'hello' } }] });
  await first.process.kill();

  const second = await started(dataDir);
  const again = await simulatorClient(second.url).person({ id: 5 });
  expect((await again.chat()).messages.map(({ text }) => text)).toEqual(['hello']);
  await second.process.stop();
  expect(await second.process.exited).toMatchObject({ code: 0 });
});
