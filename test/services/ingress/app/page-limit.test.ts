import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { card, hasChromium, launchBrowser, launchParameters, openPage, todayIn } from './browser.ts';
import { type PageFixture, startPageFixture } from './fixture.ts';
import { habit, personWithHabits } from './people.ts';

describe.skipIf(!hasChromium)('a limit on the calendar page (skipped without /usr/bin/chromium)', () => {
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

  it('says of a limit where it is, and that silence does not keep it', async () => {
    const limit = { kind: 'numeric', direction: 'atMost', target: 3, unit: 'cups' } as const;
    const { id } = await personWithHabits(fixture.bot, [habit('Coffee', { goal: limit })]);
    const failures: string[] = [];
    const url = `${fixture.origin}/app${launchParameters(fixture.initDataOf(id))}`;
    const page = await openPage(browser, url, failures);
    const sheet = page.getByRole('dialog', { name: 'Coffee' });
    await todayIn(page, 'Coffee', 'no answer').click();
    const offered = await sheet.locator('.chip').allTextContents();
    expect(offered).toEqual(['0', '2', '3']);
    await sheet.getByRole('textbox').fill('2');
    await sheet.getByText('2, at most 3 cups').waitFor();
    await sheet.getByRole('button', { name: 'Save' }).click();
    await todayIn(page, 'Coffee', 'within the limit, 2, at most 3 cups').waitFor();
    await page.getByRole('button', { name: 'Year' }).click();
    await page.getByRole('img', { name: 'Coffee, Last 12 months: within the limit × 1' }).waitFor();
    await card(page, 'Coffee').getByText('a day without a record doesn’t count as done').waitFor();
    await page.close();
    expect(failures).toEqual([]);
  });

  it('sets a Russian unit before its number, where it need not be inflected', async () => {
    const goal = { kind: 'numeric', direction: 'atMost', target: 3, unit: 'чашки' } as const;
    const { id } = await personWithHabits(fixture.bot, [habit('Кофе', { goal })], 'ru');
    const url = `${fixture.origin}/app${launchParameters(fixture.initDataOf(id))}`;
    const failures: string[] = [];
    const page = await openPage(browser, url, failures);
    await card(page, 'Кофе').locator('button.head').click();
    const sheet = page.getByRole('dialog', { name: 'Кофе' });
    await sheet.getByRole('button', { name: 'чашки: 2', exact: true }).waitFor();
    await sheet.getByRole('textbox').fill('4,5');
    await sheet.getByText('чашки: 4,5, максимум 3').waitFor();
    await sheet.getByRole('button', { name: 'Сохранить' }).click();
    const said = 'Кофе, Сегодня, .*, больше предела, чашки: 4,5, максимум 3';
    await card(page, 'Кофе')
      .getByRole('gridcell')
      .getByRole('button', { name: new RegExp(said) })
      .waitFor();
    await page.close();
    expect(failures).toEqual([]);
  });
});
