import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refusalOf, started } from './fixture.ts';

const URL_OF_PAGE = 'https://bot.example.org/app';
const keyboard = (url: string) => ({ inline_keyboard: [[{ text: '🗓 Calendar', web_app: { url } }]] });

describe('Mini Apps', () => {
  it('open from a button of a message and from the one beside the field, with their person signed', async () => {
    const { api, alex } = await started();
    const { message_id: messageId } = await api.sendMessage(1001, 'a', {
      reply_markup: keyboard(URL_OF_PAGE),
    });
    await expect(alex.openWebApp()).rejects.toThrow('opens no Mini App');
    const button = { type: 'web_app', text: '🗓', web_app: { url: `${URL_OF_PAGE}?menu` } } as const;
    await api.setChatMenuButton({ menu_button: button });
    expect((await alex.chat()).menuButton).toEqual(button);
    expect(await api.getChatMenuButton()).toEqual(button);
    expect(await alex.openWebApp()).toMatch(/^https:\/\/bot\.example\.org\/app\?menu#/);

    const url = new URL(
      await alex.openWebApp({ messageId, button: 'Calendar', theme: { bg_color: '#000000' } }),
    );
    expect(`${url.origin}${url.pathname}`).toBe(URL_OF_PAGE);
    const launch = new URLSearchParams(url.hash.slice(1));
    expect(launch.get('tgWebAppThemeParams')).toBe('{"bg_color":"#000000"}');
    const fields = new URLSearchParams(launch.get('tgWebAppData') ?? '');
    expect(JSON.parse(fields.get('user') ?? '')).toMatchObject({ id: 1001, language_code: 'en' });
    const hash = fields.get('hash');
    fields.delete('hash');
    const lines = [...fields].map(([name, value]) => `${name}=${value}`).sort();
    const key = createHmac('sha256', 'WebAppData').update(api.token).digest();
    expect(hash).toBe(createHmac('sha256', key).update(lines.join('\n')).digest('hex'));
  });

  it.each(['http://bot.example.org/app', 'ftp://bot.example.org', 'app', ''])(
    'are not at "%s"',
    async (url) => {
      const { api } = await started();
      const inMessage = await refusalOf(api.sendMessage(1001, 'a', { reply_markup: keyboard(url) }));
      expect(inMessage.text).toBe(
        `Bad Request: inline keyboard button Web App URL '${url}' is invalid: Only HTTPS links are allowed`,
      );
      const menu_button = { type: 'web_app', text: 'a', web_app: { url } } as const;
      expect((await refusalOf(api.setChatMenuButton({ menu_button }))).text).toContain(
        'Only HTTPS links are allowed',
      );
    },
  );

  it('may be of this machine, as in Telegram’s test servers', async () => {
    const { api } = await started();
    await api.sendMessage(1001, 'a', { reply_markup: keyboard('http://127.0.0.1:8081/app') });
  });
});
