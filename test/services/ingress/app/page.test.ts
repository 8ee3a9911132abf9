import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HabitId } from '#contracts/ids.ts';
import {
  card,
  hasChromium,
  launchBrowser,
  launchParameters,
  lookOf,
  openPage,
  PHONE,
  swipe,
  THEMES,
  todayIn,
} from './browser.ts';
import { type PageFixture, startPageFixture } from './fixture.ts';
import { type Definition, habit, personWithHabits } from './people.ts';

const HOSTILE = '<img src=x onerror="document.title=1"> & {habit}';
const NUMERIC = { kind: 'numeric', direction: 'atLeast', target: 8, unit: 'glasses' } as const;

describe.skipIf(!hasChromium)('the calendar page (skipped without /usr/bin/chromium)', () => {
  let fixture: PageFixture;
  let browser: Browser;
  let replica: Awaited<ReturnType<PageFixture['bot']['replica']>>;
  const failures: string[] = [];

  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startPageFixture(), launchBrowser()]);
    replica = await fixture.bot.replica();
  });
  afterAll(async () => {
    await browser.close();
    await fixture.stop();
  });
  afterEach(() => {
    expect(failures.splice(0)).toEqual([]);
  });

  const personWith = (...definitions: Definition[]) => personWithHabits(fixture.bot, definitions);
  const open = (id: number, theme?: object) =>
    openPage(browser, `${fixture.origin}/app${launchParameters(fixture.initDataOf(id), theme)}`, failures);

  const daysOf = async (id: number) =>
    (await fixture.bot.events(id)).filter(({ type }) => /CheckedIn|Skipped|Cleared/.test(type));

  it('answers today by one tap, shows what that does to the strength, and offers the rest by a second one', async () => {
    const { id, today } = await personWith(habit('Run'));
    const page = await open(id);
    await todayIn(page, 'Run', 'no answer').click();
    await todayIn(page, 'Run', 'done').waitFor();
    await card(page, 'Run').getByText('+5 today').waitFor();
    await card(page, 'Run').getByRole('img', { name: 'Strength 5%' }).waitFor();
    await todayIn(page, 'Run', 'done').click();
    await page.getByRole('dialog', { name: 'Run' }).getByRole('button', { name: 'Skip' }).click();
    await todayIn(page, 'Run', 'skipped').waitFor();
    await todayIn(page, 'Run', 'skipped').click();
    await page.getByRole('button', { name: 'Clear' }).click();
    await todayIn(page, 'Run', 'no answer').waitFor();
    await expect
      .poll(() => daysOf(id))
      .toEqual([
        { type: 'HabitCheckedIn', data: { on: today, value: 1 } },
        { type: 'HabitSkipped', data: { on: today } },
        { type: 'EntryCleared', data: { on: today } },
      ]);
    await page.close();
  });

  it('takes amounts by +1, by a tap on one, and typed with a comma or a point; what is no number cannot be saved', async () => {
    const { id, today } = await personWith(habit('Water', { goal: NUMERIC }));
    const page = await open(id);
    const sheet = page.getByRole('dialog', { name: 'Water' });
    const amount = sheet.getByRole('textbox', { name: 'How much? glasses' });
    await todayIn(page, 'Water', 'no answer').click();
    for (let taps = 0; taps < 3; taps++) await sheet.getByRole('button', { name: 'More by 1' }).click();
    await sheet.getByText('3 of 8 glasses').waitFor();
    await sheet.getByRole('button', { name: 'Save' }).click();
    await todayIn(page, 'Water', 'partly done, 3 of 8 glasses').click();
    await amount.fill('half');
    expect(await sheet.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await amount.fill('4,5');
    await amount.press('Enter');
    await todayIn(page, 'Water', 'partly done, 4.5 of 8 glasses').click();
    await sheet.getByRole('button', { name: '8 glasses', exact: true }).click();
    await todayIn(page, 'Water', 'done, 8 of 8 glasses').waitFor();
    await expect
      .poll(() => daysOf(id))
      .toEqual([3, 4.5, 8].map((value) => ({ type: 'HabitCheckedIn', data: { on: today, value } })));
    await page.close();
  });

  it('is used by keyboard alone: days by the arrows, order by Space and the arrows, and a sheet that Escape closes', async () => {
    const { id, today } = await personWith(habit('Anna'), habit('Berta'), habit('Clara'));
    const page = await open(id);
    const focusOn = async (name: RegExp) => {
      const label = () => page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? ''");
      for (let tabs = 0; tabs < 40 && !name.test(await label()); tabs++) await page.keyboard.press('Tab');
      expect(await label()).toMatch(name);
    };
    await todayIn(page, 'Berta', 'no answer').waitFor();
    await focusOn(/^Anna, Today/);
    await page.keyboard.press('Tab');
    await focusOn(/^Anna, Today/);
    await page.keyboard.press('ArrowUp');
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');
    const weekAgo = new Date(Date.parse(today) - 7 * 86_400_000).toISOString().slice(0, 10);
    const isInMonth = weekAgo.slice(0, 7) === today.slice(0, 7);
    await expect
      .poll(() => daysOf(id))
      .toEqual([
        { type: 'HabitCheckedIn', data: { on: isInMonth ? weekAgo : `${today.slice(0, 8)}01`, value: 1 } },
      ]);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Anna' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);

    await page.locator('#to-reorder').focus();
    await page.keyboard.press('Enter');
    await focusOn(/^Move Clara/);
    await page.keyboard.press(' ');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.locator('#spoken', { hasText: 'Clara, place 1 of 3' }).waitFor({ state: 'attached' });
    await page.keyboard.press(' ');
    await page.locator('#spoken', { hasText: 'Clara is now at place 1 of 3' }).waitFor({ state: 'attached' });
    await page.keyboard.press(' ');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await page.locator('#spoken', { hasText: 'Clara stays where it was' }).waitFor({ state: 'attached' });
    await expect
      .poll(async () => (await fixture.view(id)).answer.view?.habits.map(({ name }) => name))
      .toEqual(['Clara', 'Anna', 'Berta']);
    await page.close();
  });

  it('puts habits in order by a drag, within their group', async () => {
    const morning = { kind: 'part', part: 'morning' } as const;
    const { id } = await personWith(
      habit('Anna', { group: morning }),
      habit('Berta', { group: morning }),
      habit('Clara', { group: morning }),
      habit('Zoe'),
    );
    const page = await open(id);
    await page.getByRole('button', { name: 'Change the order' }).click();
    const from = await page.getByRole('button', { name: 'Move Anna' }).boundingBox();
    const to = await page.getByRole('button', { name: 'Move Clara' }).boundingBox();
    if (!from || !to) throw new Error('no grips');
    await page.mouse.move(from.x + 20, from.y + 20);
    await page.mouse.down();
    for (let step = 1; step <= 12; step++)
      await page.mouse.move(from.x + 20, from.y + 20 + ((to.y - from.y + 8) * step) / 12);
    await page.mouse.up();
    await expect
      .poll(async () => (await fixture.view(id)).answer.view?.habits.map(({ name }) => name))
      .toEqual(['Berta', 'Clara', 'Anna', 'Zoe']);
    await page.close();
  });

  it.each(['light', 'dark'] as const)(
    'can be read and hit in the %s theme: contrasts, targets, no sideways scrolling, also with large letters',
    async (theme) => {
      const { id } = await personWith(
        habit(HOSTILE, { emoji: '🏃' }),
        habit('Water', { goal: NUMERIC }),
        habit('Run'),
      );
      const page = await open(id, THEMES[theme]);
      await todayIn(page, 'Run', 'no answer').click();
      await todayIn(page, 'Run', 'done').waitFor();
      expect(await card(page, 'img src').locator('h3').textContent()).toBe(`🏃${HOSTILE}`);
      expect(await page.title()).toBe('Habits');
      const good = { faint: [], small: [], cramped: [], wide: 0 };
      expect(await lookOf(page)).toEqual(good);
      await page.getByRole('button', { name: 'Year' }).click();
      await page.getByRole('img', { name: 'Run, Last 12 months: done × 1' }).waitFor();
      expect(await lookOf(page)).toEqual(good);
      await page.getByRole('button', { name: 'Change the order' }).click();
      expect(await lookOf(page)).toEqual(good);
      await page.getByRole('button', { name: 'Change the order' }).click();
      await page.getByRole('button', { name: 'Month' }).click();
      await todayIn(page, 'Water', 'no answer').click();
      expect(await lookOf(page)).toEqual(good);
      await page.keyboard.press('Escape');
      await todayIn(page, 'Run', 'done').click();
      await page.getByRole('button', { name: 'Clear' }).waitFor();
      expect(await lookOf(page)).toEqual(good);
      await page.keyboard.press('Escape');
      await page.setViewportSize({ width: 320, height: 640 });
      expect((await lookOf(page)).wide).toBe(0);
      await page.setViewportSize(PHONE);
      await page.evaluate("document.documentElement.style.fontSize = '200%'");
      expect(await lookOf(page)).toEqual(good);
      await page.close();
    },
  );

  it('goes to earlier months, by a swipe too, also of years that it has not loaded yet', async () => {
    const { id, today, ids } = await personWith(habit('Run'));
    const old = `${Number(today.slice(0, 4)) - 3}-12-24`;
    await fixture.change(id, { do: 'enter', habitId: ids[0] as HabitId, on: old, value: 1 });
    const page = await open(id);
    const earlier = page.getByRole('button', { name: 'Earlier month' });
    await todayIn(page, 'Run', 'no answer').waitFor();
    const shown = page.locator('.when');
    const thisMonth = await shown.textContent();
    await swipe(page);
    await expect.poll(() => shown.textContent()).not.toBe(thisMonth);
    await page.getByRole('button', { name: 'Later month' }).click();
    await expect.poll(() => shown.textContent()).toBe(thisMonth);
    for (let months = 0; months < 24 + Number(today.slice(5, 7)); months++) await earlier.click();
    await page.getByText(`Dec ${old.slice(0, 4)}`).waitFor();
    await page.getByRole('button', { name: 'Run, December 24, done' }).waitFor();
    await page.close();
  });

  it('says that the bot is away, keeps what was tapped, and has it saved once when the bot is back', async () => {
    const { id, today } = await personWith(habit('Run'));
    const page = await open(id);
    await todayIn(page, 'Run', 'no answer').waitFor();
    await replica.stop();
    await todayIn(page, 'Run', 'no answer').click();
    await todayIn(page, 'Run', 'done').waitFor();
    await page.getByRole('status').getByText('Saving…').waitFor();
    const second = await open(id);
    await second.getByText('Can’t reach your habits right now').waitFor();
    replica = await fixture.bot.replica();
    await page.locator('#banner').waitFor({ state: 'hidden' });
    await card(page, 'Run').getByText('+5 today').waitFor();
    await todayIn(second, 'Run', 'done').waitFor();
    expect(await daysOf(id)).toEqual([{ type: 'HabitCheckedIn', data: { on: today, value: 1 } }]);
    await Promise.all([page.close(), second.close()]);
  });

  it('opens from Telegram alone, and says so in the language of the person', async () => {
    const page = await browser.newPage();
    await page.goto(`${fixture.origin}/app`);
    await page.getByRole('alert').getByText('opens from the chat').waitFor();
    const user = JSON.stringify({ id: 1, language_code: 'ru' });
    const forged = new URLSearchParams({ user, auth_date: '1', hash: 'a'.repeat(64) }).toString();
    await page.goto('about:blank');
    await page.goto(`${fixture.origin}/app${launchParameters(forged)}`);
    await page.getByRole('alert').getByText('открывается из чата').waitFor();
    await page.close();
  });
});
