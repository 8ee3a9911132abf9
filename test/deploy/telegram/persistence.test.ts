import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputFile } from 'grammy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSimulator } from './fixture.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'simulator-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function firstRun() {
  const { api, client, simulator } = await runSimulator({ dataDir });
  const alex = await client.person({ id: 1001 });
  await alex.say('/start');
  const hello = await api.sendMessage(1001, 'Hello', {
    reply_markup: { inline_keyboard: [[{ text: 'a', callback_data: 'b' }]] },
  });
  const gone = await api.sendMessage(1001, 'gone');
  await api.editMessageText(1001, hello.message_id, 'Hello again');
  await api.deleteMessage(1001, gone.message_id);
  await api.setMyCommands([{ command: 'help', description: 'Help' }]);
  const document = await api.sendDocument(1001, new InputFile(Buffer.from('kept'), 'kept.txt'));
  await alex.block();
  const chat = await alex.chat();
  await simulator.stop();
  return { chat, lastMessageId: document.message_id, fileId: document.document.file_id };
}

describe('with a data folder', () => {
  it('a restart shows the same chat, people, commands, files and pending updates', async () => {
    const { chat, lastMessageId, fileId } = await firstRun();
    const { api, client } = await runSimulator({ dataDir });
    const alex = await client.person({ id: 1001 });
    const { version: _, ...before } = chat;
    expect(await alex.chat()).toMatchObject(before);
    expect((await alex.chat()).messages).toHaveLength(3);
    expect(await api.getFile(fileId)).toMatchObject({ file_size: 4 });
    const updates = await api.getUpdates();
    expect(updates.map((update) => Object.keys(update)[1])).toEqual(['message', 'my_chat_member']);
    await alex.unblock();
    const next = await alex.say('hi');
    expect(next.message_id).toBe(lastMessageId + 1);
    const last = (await api.getUpdates()).at(-1);
    expect((last?.update_id ?? 0) - (updates[0]?.update_id ?? 0)).toBe(3);
  });

  it('confirmed updates stay confirmed and their ids are not given again', async () => {
    await firstRun();
    const second = await runSimulator({ dataDir });
    const lastId = (await second.api.getUpdates()).at(-1)?.update_id ?? 0;
    await second.api.getUpdates({ offset: lastId + 1 });
    await second.simulator.stop();
    const third = await runSimulator({ dataDir });
    expect(await third.api.getUpdates()).toEqual([]);
    await (await third.client.person({ id: 1002 })).say('new');
    expect((await third.api.getUpdates())[0]?.update_id).toBe(lastId + 1);
  });

  it('a torn last line and foreign lines are left out', async () => {
    const { chat } = await firstRun();
    const path = join(dataDir, 'chats.ndjson');
    const lines = readFileSync(path, 'utf8');
    writeFileSync(path, `{"kind":"from the future"}\nnot json\n${lines}`);
    appendFileSync(path, '{"kind":"message","chatId":1001,"message":{"message_id":99,"te');
    const { client } = await runSimulator({ dataDir });
    const alex = await client.person({ id: 1001 });
    expect((await alex.chat()).messages).toEqual(chat.messages);
    await alex.unblock();
    await alex.say('and it goes on');
    expect(readFileSync(path, 'utf8').trim().split('\n').every(isJson)).toBe(true);
  });

  it('a folder that cannot be written is said at the start', async () => {
    const file = join(dataDir, 'a-file');
    writeFileSync(file, '');
    await expect(runSimulator({ dataDir: join(file, 'below') })).rejects.toThrow('ENOTDIR');
  });
});

describe('the start', () => {
  it('says when the port is taken', async () => {
    const { simulator } = await runSimulator();
    await expect(runSimulator({ port: simulator.port })).rejects.toThrow('cannot listen on 127.0.0.1');
  });

  it('keeps strangers out of the control API', async () => {
    const { simulator } = await runSimulator();
    const foreign = await fetch(`${simulator.url}/control/people`, {
      headers: { origin: 'https://example.com' },
    });
    expect(foreign.status).toBe(403);
    expect((await fetch(`${simulator.url}/control/people`)).status).toBe(200);
    expect((await fetch(`${simulator.url}/control/people/77/chat`)).status).toBe(404);
  });
});

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
