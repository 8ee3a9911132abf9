import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bot, InlineKeyboard, Keyboard } from 'grammy';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '#deploy/telegram/start.ts';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from '#test/support/chromium.ts';

const TOKEN = '4242:page_test';
const NAME = '<img src=x onerror="document.title=1"> 🌱';

/** A bot with one of each: buttons, edits, alerts, a location button, a question, commands. */
function echoBot(apiRoot: string): Bot {
  const bot = new Bot(TOKEN, { client: { apiRoot } });
  bot.command('start', (ctx) =>
    ctx.reply('Where are you?', {
      reply_markup: new Keyboard().requestLocation('Share location').row().text('Berlin'),
    }),
  );
  bot.command('new', (ctx) => ctx.reply('Its name?', { reply_markup: { force_reply: true } }));
  bot.on('message:location', (ctx) =>
    ctx.reply(`At ${ctx.message.location.latitude}`, { reply_markup: { remove_keyboard: true } }),
  );
  bot.on('message:text', (ctx) =>
    ctx.reply(`${ctx.message.reply_to_message ? 'Answered' : 'Heard'} ${ctx.message.text}`, {
      reply_markup: new InlineKeyboard().text('Done', 'done').text('Skip', 'skip'),
    }),
  );
  bot.callbackQuery('done', async (ctx) => {
    await ctx.editMessageText('<b>Done</b>, streak 3', { parse_mode: 'HTML' });
    await ctx.answerCallbackQuery('Well done');
  });
  bot.callbackQuery('skip', (ctx) => ctx.answerCallbackQuery({ text: 'Skipped', show_alert: true }));
  return bot;
}

describe.skipIf(!existsSync(CHROMIUM))('the chat page (skipped without /usr/bin/chromium)', () => {
  let browser: Browser;
  let simulator: Simulator;
  let bot: Bot;
  let polling: Promise<void>;
  let page: Page;
  let messages: Locator;
  let dataDir: string;
  const failures: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGUMENTS });
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    failures.length = 0;
    dataDir = mkdtempSync(join(tmpdir(), 'chat-page-'));
    simulator = await start(0);
    bot = echoBot(simulator.url);
    await bot.api.setMyCommands([
      { command: 'start', description: 'Begin' },
      { command: 'new', description: 'Add a habit' },
    ]);
    polling = bot.start();
    page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => failures.push(error.message));
    messages = page.locator('#messages');
    await page.goto(simulator.url);
  });
  afterEach(async () => {
    await page.close();
    await bot.stop();
    await polling;
    await simulator.stop();
    rmSync(dataDir, { recursive: true, force: true });
    expect(failures).toEqual([]);
  });

  function start(port: number): Promise<Simulator> {
    return startSimulator({ port, host: '127.0.0.1', botToken: TOKEN, perChatBurst: 50, dataDir });
  }

  async function say(text: string): Promise<void> {
    const input = page.getByLabel('Message', { exact: true });
    await input.fill(text);
    await input.press('Enter');
  }

  it('goes from START over a location to a tap that edits the message in place', async () => {
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await messages.getByText('Where are you?').waitFor();
    await page.getByRole('button', { name: 'Share location' }).click();
    await page.getByRole('button', { name: 'Berlin' }).last().click();
    await page.locator('dialog').getByRole('button', { name: 'Send' }).click();
    await messages.getByText('At 52.52').waitFor();
    expect(await page.locator('.reply-keyboard').isVisible()).toBe(false);

    await say('read');
    const answer = messages.locator('article.bot', { hasText: 'Heard read' });
    const id = await answer.getAttribute('data-message-id');
    await answer.getByRole('button', { name: 'Done' }).click();
    const edited = messages.locator(`[data-message-id="${id}"]`);
    await edited.getByText('Done', { exact: true }).waitFor();
    expect(await edited.locator('strong').textContent()).toBe('Done');
    expect(await edited.locator('.meta').textContent()).toContain('edited');
    expect(await edited.locator('.inline-button').count()).toBe(0);
    await page.locator('#toast', { hasText: 'Well done' }).waitFor();
  });

  it('shows what people type as text, never as markup', async () => {
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await messages.getByText('Where are you?').waitFor();
    expect((await page.getByLabel('Message', { exact: true }).boundingBox())?.height).toBeGreaterThan(30);
    await say(NAME);
    const answer = messages.locator('article.bot', { hasText: 'Heard' });
    expect(await answer.locator('.text').textContent()).toBe(`Heard ${NAME}`);
    expect(await messages.locator('img').count()).toBe(0);
    expect(await page.title()).not.toBe('1');
  });

  it('offers commands by keyboard, quotes an asked answer, shows alerts, blocks and unblocks', async () => {
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const input = page.getByLabel('Message', { exact: true });
    await input.pressSequentially('/n');
    await page.getByRole('option', { name: '/new Add a habit' }).waitFor();
    await input.press('Enter');
    await page.locator('.reply-bar', { hasText: 'Its name?' }).waitFor();
    await say('stretch');
    await messages.getByText('Answered stretch').waitFor();
    expect(await messages.locator('.quote').last().textContent()).toContain('Its name?');

    await messages.getByRole('button', { name: 'Skip' }).click();
    await page.locator('dialog', { hasText: 'Skipped' }).getByRole('button', { name: 'OK' }).click();
    await page.locator('[aria-busy]').waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Block the bot' }).click();
    await page.getByRole('button', { name: 'Unblock', exact: true }).click();
    await input.waitFor();
  });

  it('switches between people, adds one, and shows their text from right to left', async () => {
    await page.getByRole('button', { name: 'Show the list of people' }).click();
    await page.getByRole('button', { name: 'Add a person' }).click();
    await page.getByLabel('Name').fill('دعد (ar)');
    await page.getByLabel(/^Language/).fill('ar');
    await page.locator('dialog').getByRole('button', { name: 'Add' }).click();
    await page.locator('#bot-status', { hasText: 'دعد' }).waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await say('مرحبا');
    await messages.locator('article.own .text:dir(rtl)', { hasText: 'مرحبا' }).waitFor();

    await page.getByRole('button', { name: 'Show the list of people' }).click();
    await page.getByRole('button', { name: /Мария/ }).click();
    await page.locator('#bot-status', { hasText: 'Мария' }).waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
  });

  it('shows the same chat again after the simulator was restarted', async () => {
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await messages.getByText('Where are you?').waitFor();
    await bot.stop();
    await polling;
    await simulator.stop();
    await page.locator('#offline').waitFor();
    simulator = await start(simulator.port);
    await page.locator('#offline').waitFor({ state: 'hidden' });
    await messages.getByText('Where are you?').waitFor();
    await say('still here');
    await messages.getByText('still here').waitFor();
  });

  it('answers the message that was chosen, and covers no text with the day', async () => {
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await messages.getByText('Where are you?').waitFor();
    for (let n = 1; n <= 8; n++) {
      await say(`line ${n}`);
      await messages.getByText(`Heard line ${n}`).waitFor();
    }
    const asked = messages.locator('article.bot', { hasText: 'Heard line 2' });
    await asked.hover();
    await asked.getByRole('button', { name: 'Reply' }).click();
    await page.locator('.reply-bar', { hasText: 'Heard line 2' }).waitFor();
    await say('this one');
    await messages.getByText('Answered this one').waitFor();
    const quote = messages.locator('article.own', { hasText: 'this one' }).locator('.quote');
    expect(await quote.textContent()).toContain('Heard line 2');

    await messages.getByText('line 4', { exact: true }).scrollIntoViewIfNeeded();
    const day = await messages.locator('.day').boundingBox();
    for (const article of await messages.locator('article').all()) {
      const box = await article.boundingBox();
      const isApart = !day || !box || day.y + day.height <= box.y || box.y + box.height <= day.y;
      expect(isApart, (await article.textContent()) ?? '').toBe(true);
    }
  });

  it('keeps what was written while nothing could be reached, over a reload too, and sends it once in order', async () => {
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await messages.getByText('Where are you?').waitFor();
    await page.context().setOffline(true);
    await say('first');
    await messages.locator('.pending', { hasText: 'first' }).waitFor();
    await say('second');
    await messages.locator('.pending', { hasText: 'second' }).waitFor();
    await page.context().setOffline(false);
    await messages.getByText('Heard second').waitFor();
    await messages.locator('.pending').first().waitFor({ state: 'detached' });

    await bot.stop();
    await polling;
    const { port } = simulator;
    await simulator.stop();
    await say('third');
    await messages.locator('.pending', { hasText: 'third' }).waitFor();
    simulator = await start(port);
    await page.reload();
    await messages.locator('article.own:not(.pending)', { hasText: 'third' }).waitFor();
    await messages.locator('.pending').waitFor({ state: 'detached' });
    const own = await messages.locator('article.own .text').allTextContents();
    expect(own).toEqual(['/start', 'first', 'second', 'third']);
  });

  it('opens the chat that its address names, of a hundred thousand people too', async () => {
    await fetch(`${simulator.url}/control/crowd`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ firstId: 5000, count: 150, started: true, languageCode: 'ru' }),
    });
    for (const id of [5000, 5149]) {
      await page.goto(`${simulator.url}/#${id}`);
      await page.reload();
      await say(`I am ${id}`);
      await messages.getByText(`Heard I am ${id}`).waitFor();
      const chat = await (await fetch(`${simulator.url}/control/people/${id}/chat`)).text();
      expect(chat).toContain(`"Heard I am ${id}"`);
    }
    await page.goto(`${simulator.url}/#999`);
    await page.reload();
    await page.locator('#toast', { hasText: 'there is no person 999' }).waitFor();
  });

  it('shows the budget as it is spent', async () => {
    await page.getByRole('button', { name: 'Request log' }).click();
    const row = page.locator('.traffic tr', { hasText: 'setMyCommands' });
    await row.waitFor();
    expect(await row.locator('.status').textContent()).toBe('200');
    await page.locator('.traffic').getByRole('button', { name: 'Close' }).click();
    expect(await page.locator('.traffic').isVisible()).toBe(false);
  });
});
