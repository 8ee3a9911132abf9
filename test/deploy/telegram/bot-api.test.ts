import { type Api, InputFile } from 'grammy';
import { describe, expect, it } from 'vitest';
import { BOT_TOKEN, refusalOf, runSimulator, started } from './fixture.ts';

/** A one-pixel PNG. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('the protocol', () => {
  it('knows the bot by its token and nobody else', async () => {
    const { api, simulator, raw } = await runSimulator({ botName: 'Tester', botUsername: 'tester_bot' });
    expect(await api.getMe()).toMatchObject({ id: 4242, is_bot: true, username: 'tester_bot' });
    const wrong = await fetch(`${simulator.url}/bot4242:wrong/getMe`);
    expect([wrong.status, await wrong.json()]).toEqual([
      401,
      { ok: false, error_code: 401, description: 'Unauthorized' },
    ]);
    expect(await raw('getmE')).toMatchObject({ status: 200 });
    expect(await raw('doMagic')).toEqual({
      status: 404,
      body: { ok: false, error_code: 404, description: 'Not Found: method not found' },
    });
  });

  it('takes queries, urlencoded and multipart forms as well as JSON', async () => {
    const { simulator, raw } = await started();
    const query = await fetch(`${simulator.url}/bot${BOT_TOKEN}/sendMessage?chat_id=1001&text=one`);
    expect(await query.json()).toMatchObject({ ok: true, result: { text: 'one' } });
    const body = new URLSearchParams({
      chat_id: '1001',
      text: 'two',
      reply_markup: '{"inline_keyboard":[[{"text":"b","callback_data":"d"}]]}',
    });
    expect(await raw('sendMessage', undefined, { body })).toMatchObject({
      body: { result: { text: 'two', reply_markup: { inline_keyboard: [[{ text: 'b' }]] } } },
    });
    const form = new FormData();
    form.set('chat_id', '1001');
    form.set('text', 'three');
    expect(await raw('sendMessage', undefined, { body: form })).toMatchObject({
      body: { result: { text: 'three' } },
    });
  });

  it('refuses broken bodies and still records them', async () => {
    const { raw, client } = await started();
    const headers = { 'content-type': 'application/json' };
    expect(await raw('sendMessage', undefined, { headers, body: '{"chat_id":' })).toMatchObject({
      status: 400,
    });
    expect(await raw('sendMessage', undefined, { headers, body: '[]' })).toMatchObject({ status: 400 });
    expect((await client.requests()).map(({ status }) => status)).toEqual([400, 400]);
  });
});

describe('sending', () => {
  it('returns the message as Telegram shows it', async () => {
    const { api, alex } = await started();
    const sent = await api.sendMessage(1001, 'Hello <b>you</b> /help', { parse_mode: 'HTML' });
    expect(sent).toMatchObject({
      chat: { id: 1001, type: 'private', first_name: 'Alex (en)' },
      from: { id: 4242, is_bot: true },
      text: 'Hello you /help',
      entities: [
        { type: 'bold', offset: 6, length: 3 },
        { type: 'bot_command', offset: 10, length: 5 },
      ],
    });
    expect(sent).not.toHaveProperty('edits');
    expect((await alex.chat()).messages.at(-1)).toMatchObject({ message_id: sent.message_id, edits: 0 });
  });

  it('quotes the message it replies to', async () => {
    const { api, alex } = await started();
    const said = await alex.say('question');
    const reply = { reply_parameters: { message_id: said.message_id } };
    expect(await api.sendMessage(1001, 'answer', reply)).toMatchObject({
      reply_to_message: { text: 'question' },
    });
    expect(await refusalOf(api.sendMessage(1001, 'x', { reply_parameters: { message_id: 999 } }))).toEqual({
      code: 400,
      text: 'Bad Request: message to be replied not found',
    });
  });

  it.each<[string, (api: Api) => Promise<unknown>, number, string]>([
    ['no text', (api) => api.sendMessage(1001, ''), 400, 'Bad Request: message text is empty'],
    ['too long', (api) => api.sendMessage(1001, 'a'.repeat(4097)), 400, 'Bad Request: message is too long'],
    ['no such chat', (api) => api.sendMessage(77, 'a'), 400, 'Bad Request: chat not found'],
    ['no such name', (api) => api.sendMessage('@nobody', 'a'), 400, 'Bad Request: chat not found'],
    ['no chat', (api) => api.sendMessage('', 'a'), 400, 'Bad Request: chat_id is empty'],
    [
      'never started',
      (api) => api.sendMessage(1002, 'a'),
      403,
      "Forbidden: bot can't initiate conversation with a user",
    ],
    ['no photo', (api) => api.sendPhoto(1001, ''), 400, 'Bad Request: there is no photo in the request'],
    [
      'unknown file',
      (api) => api.sendDocument(1001, 'x'),
      400,
      'Bad Request: wrong file identifier/HTTP URL specified',
    ],
  ])('is refused: %s', async (_, call, code, text) => {
    const { api } = await started();
    expect(await refusalOf(call(api))).toEqual({ code, text });
  });

  it('is refused by who blocked the bot until they unblock it, and by who is gone', async () => {
    const { api, alex } = await started();
    await alex.block();
    expect(await refusalOf(api.sendMessage(1001, 'a'))).toEqual({
      code: 403,
      text: 'Forbidden: bot was blocked by the user',
    });
    await alex.unblock();
    expect(await api.sendMessage(1001, 'a')).toBeDefined();
    await alex.deactivate();
    expect((await refusalOf(api.sendMessage(1001, 'a'))).text).toBe('Forbidden: user is deactivated');
  });

  it('takes photos and documents, and gives them back', async () => {
    const { api, simulator, alex } = await started();
    const photo = await api.sendPhoto(1001, new InputFile(PIXEL, 'p.png'), {
      caption: '*hi*',
      parse_mode: 'MarkdownV2',
    });
    expect(photo).toMatchObject({
      caption: 'hi',
      caption_entities: [{ type: 'bold' }],
      photo: [{ width: 1, height: 1, file_size: PIXEL.length }],
    });
    const file = await api.getFile(photo.photo[0]?.file_id ?? '');
    const bytes = await fetch(`${simulator.url}/file/bot${BOT_TOKEN}/${file.file_path}`);
    expect(Buffer.from(await bytes.arrayBuffer()).equals(PIXEL)).toBe(true);
    expect(await api.sendPhoto(1001, file.file_id)).toMatchObject({ photo: [{ file_id: file.file_id }] });
    const csv = await api.sendDocument(1001, new InputFile(Buffer.from('a,b'), 'habits.csv'));
    expect(csv.document).toMatchObject({ file_name: 'habits.csv', file_size: 3 });
    expect((await refusalOf(api.sendPhoto(1001, new InputFile(Buffer.from('no image'))))).text).toBe(
      'Bad Request: IMAGE_PROCESS_FAILED',
    );
    expect((await alex.chat()).messages).toHaveLength(4);
  });

  it('of an action shows nothing but is checked', async () => {
    const { api } = await started();
    expect(await api.sendChatAction(1001, 'typing')).toBe(true);
    expect((await refusalOf(api.sendChatAction(77, 'typing'))).text).toBe('Bad Request: chat not found');
  });
});

describe('editing', () => {
  const buttons = { reply_markup: { inline_keyboard: [[{ text: 'Done', callback_data: 'done:1' }]] } };

  it('changes the message in place, counts it, and takes the buttons away unless they are given again', async () => {
    const { api, alex } = await started();
    const sent = await api.sendMessage(1001, 'before', buttons);
    const edited = await api.editMessageText(1001, sent.message_id, 'after');
    expect(edited).toMatchObject({
      message_id: sent.message_id,
      text: 'after',
      edit_date: expect.any(Number),
    });
    expect(edited).not.toHaveProperty('reply_markup');
    await api.editMessageReplyMarkup(1001, sent.message_id, buttons);
    expect(await alex.waitForEdit(sent.message_id)).toMatchObject({ text: 'after', edits: 2, ...buttons });
  });

  it('is refused when nothing changes, nothing is there, or it is not ours', async () => {
    const { api, alex } = await started();
    const sent = await api.sendMessage(1001, 'same', buttons);
    const same = await refusalOf(api.editMessageText(1001, sent.message_id, 'same', buttons));
    expect(same.text).toMatch(
      /^Bad Request: message is not modified: specified new message content and reply markup/,
    );
    expect((await refusalOf(api.editMessageReplyMarkup(1001, sent.message_id, buttons))).text).toMatch(
      /not modified/,
    );
    expect((await refusalOf(api.editMessageText(1001, 999, 'x'))).text).toBe(
      'Bad Request: message to edit not found',
    );
    const said = await alex.say('mine');
    expect((await refusalOf(api.editMessageText(1001, said.message_id, 'x'))).text).toBe(
      "Bad Request: message can't be edited",
    );
    const asked = await api.sendMessage(1001, 'where?', { reply_markup: { keyboard: [[{ text: 'Here' }]] } });
    expect((await refusalOf(api.editMessageText(1001, asked.message_id, 'x'))).text).toBe(
      "Bad Request: message can't be edited",
    );
    const photo = await api.sendPhoto(1001, new InputFile(PIXEL, 'p.png'));
    expect((await refusalOf(api.editMessageText(1001, photo.message_id, 'x'))).text).toBe(
      'Bad Request: there is no text in the message to edit',
    );
  });

  it('puts a photo in place of a text or of another photo, uploaded or by its id, and changes its caption', async () => {
    const { api, alex } = await started();
    const { message_id: id } = await api.sendMessage(1001, 'a text', buttons);
    const upload = new InputFile(PIXEL, 'p.png');
    const edited = await api.editMessageMedia(
      1001,
      id,
      { type: 'photo', media: upload, caption: 'a picture' },
      buttons,
    );
    expect(edited).toMatchObject({ message_id: id, photo: [{ width: 1, height: 1 }], caption: 'a picture' });
    expect(edited).not.toHaveProperty('text');
    const [{ file_id: fileId = '' } = {}] = (await alex.waitForEdit(id)).photo ?? [];
    const again = { type: 'photo', media: fileId, caption: 'a picture' } as const;
    expect((await refusalOf(api.editMessageMedia(1001, id, again, buttons))).text).toMatch(/not modified/);
    await api.editMessageMedia(1001, id, again);
    await api.editMessageCaption(1001, id, { caption: 'another', ...buttons });
    expect(await alex.waitForEdit(id, ({ edits }) => edits === 3)).toMatchObject({
      caption: 'another',
      ...buttons,
    });
    expect((await refusalOf(api.editMessageText(1001, id, 'x'))).text).toBe(
      'Bad Request: there is no text in the message to edit',
    );
    const text = await api.sendMessage(1001, 'plain');
    expect((await refusalOf(api.editMessageCaption(1001, text.message_id, { caption: 'x' }))).text).toBe(
      'Bad Request: there is no caption in the message to edit',
    );
    const broken = { type: 'photo', media: 'nothing' } as const;
    expect((await refusalOf(api.editMessageMedia(1001, id, broken))).text).toMatch(/wrong file identifier/);
  });

  it('deletes, once, and only within 48 hours', async () => {
    let now = 1_800_000_000_000;
    const { api, client } = await runSimulator({ now: () => now });
    const alex = await client.person({ id: 1001 });
    await alex.say('/start');
    const [sent, old] = [await api.sendMessage(1001, 'a'), await api.sendMessage(1001, 'b')];
    expect(await api.deleteMessage(1001, sent.message_id)).toBe(true);
    expect((await refusalOf(api.deleteMessage(1001, sent.message_id))).text).toBe(
      'Bad Request: message to delete not found',
    );
    now += 48 * 3_600_000 + 1000;
    expect((await refusalOf(api.deleteMessage(1001, old.message_id))).text).toBe(
      "Bad Request: message can't be deleted for everyone",
    );
  });
});
