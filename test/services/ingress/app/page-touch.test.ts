import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchBrowser, launchParameters, PHONE } from './browser.ts';
import { type PageFixture, startPageFixture } from './fixture.ts';
import { habit, personWithHabits } from './people.ts';

describe.skipIf(!hasChromium)('a finger on the calendar page (skipped without /usr/bin/chromium)', () => {
  let fixture: PageFixture;
  let browser: Browser;

  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startPageFixture(), launchBrowser()]);
    await fixture.bot.replica();
  });
  afterAll(async () => {
    await browser.close();
    await fixture.stop();
  });

  it('drags a habit to another place; the page does not scroll away under it', async () => {
    const { id } = await personWithHabits(fixture.bot, [habit('Anna'), habit('Berta'), habit('Clara')]);
    const context = await browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true });
    const page = await context.newPage();
    await page.goto(`${fixture.origin}/app${launchParameters(fixture.initDataOf(id))}`);
    await page.getByRole('button', { name: 'Change the order' }).tap();
    const from = await page.getByRole('button', { name: 'Move Anna' }).boundingBox();
    const to = await page.getByRole('button', { name: 'Move Clara' }).boundingBox();
    if (!from || !to) throw new Error('no grips');
    const screen = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
      screen.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: y === undefined ? [] : [{ x: from.x + 20, y }],
      });
    await touch('touchStart', from.y + 20);
    for (let step = 1; step <= 12; step++)
      await touch('touchMove', from.y + 20 + ((to.y - from.y + 8) * step) / 12);
    await touch('touchEnd');
    await page.locator('#spoken', { hasText: 'Anna is now at place 3 of 3' }).waitFor({ state: 'attached' });
    await expect
      .poll(async () => (await fixture.view(id)).answer.view?.habits.map(({ name }) => name))
      .toEqual(['Berta', 'Clara', 'Anna']);
    await context.close();
  });
});
