import { existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { z } from 'zod';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from '#test/support/chromium.ts';

export const hasChromium = existsSync(CHROMIUM);

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGUMENTS });

/** As Telegram's apps give them. Its own grey for hints has 2.8 to 1 on white. */
export const THEMES = {
  light: {
    bg_color: '#ffffff',
    secondary_bg_color: '#efeff3',
    section_bg_color: '#ffffff',
    text_color: '#000000',
    hint_color: '#999999',
    link_color: '#2481cc',
    button_color: '#2481cc',
    button_text_color: '#ffffff',
    destructive_text_color: '#df3f40',
  },
  dark: {
    bg_color: '#18222d',
    secondary_bg_color: '#131c26',
    section_bg_color: '#18222d',
    text_color: '#ffffff',
    hint_color: '#708499',
    link_color: '#2ea6ff',
    button_color: '#2ea6ff',
    button_text_color: '#ffffff',
    destructive_text_color: '#ef5b5b',
  },
} as const;

/** What Telegram's client puts behind the page's address. */
export function launchParameters(initData: string, theme: object = THEMES.light): string {
  const fields = {
    tgWebAppData: initData,
    tgWebAppVersion: '8.0',
    tgWebAppPlatform: 'ios',
    tgWebAppThemeParams: JSON.stringify(theme),
  };
  return `#${new URLSearchParams(fields)}`;
}

const Look = z.object({
  faint: z.array(z.string()),
  small: z.array(z.string()),
  cramped: z.array(z.string()),
  wide: z.number(),
});

/** What of the page as it is now is hard to read or to hit: see look.js. */
export const lookOf = async (page: Page): Promise<z.infer<typeof Look>> =>
  Look.parse(await page.evaluate(LOOK));

const LOOK = readFileSync(new URL('look.js', import.meta.url), 'utf8');

/** A habit's card, on the page or in a frame of one. */
export const card = (page: Page | FrameLocator, name: string): Locator =>
  page.locator('article', { has: page.getByRole('heading', { name }) });

/** Today in a habit's month, if it is in that state. */
export const todayIn = (page: Page | FrameLocator, name: string, state: string): Locator =>
  card(page, name)
    .getByRole('gridcell')
    .getByRole('button', { name: new RegExp(`^${name}, Today, .*, ${state}`) });

/** A finger that goes to the right over the habits. */
export const swipe = (page: Page): Promise<unknown> => page.evaluate(SWIPE);

const SWIPE = `{
  const main = document.querySelector('main');
  const at = (clientX) => [new Touch({ identifier: 1, target: main, clientX, clientY: 300 })];
  main.dispatchEvent(new TouchEvent('touchstart', { touches: at(80), changedTouches: at(80) }));
  main.dispatchEvent(new TouchEvent('touchend', { touches: [], changedTouches: at(280) }));
}`;

export const PHONE = { width: 390, height: 844 };

/** Opens a page as a phone does; what goes wrong in it, or against its policy, is added to `failures`. */
export async function openPage(browser: Browser, url: string, failures: string[]): Promise<Page> {
  const page = await browser.newPage({ viewport: PHONE, reducedMotion: 'reduce' });
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => failures.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused/.test(message.text())) failures.push(message.text());
  });
  await page.goto(url);
  return page;
}
