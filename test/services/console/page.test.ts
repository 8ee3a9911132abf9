import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import { epochMinuteAt } from '#contracts/time.ts';
import { hasChromium, launchBrowser, lookOf } from '#test/services/ingress/app/browser.ts';
import { type ConsoleFixture, deliver, newPerson, PASSWORD, queueReminder, startConsole } from './fixture.ts';

const PATIENCE = { timeout: 60_000 };

describe.skipIf(!hasChromium)('the console in a browser (skipped without Chromium)', () => {
  let fixture: ConsoleFixture;
  let browser: Browser;
  beforeAll(async () => {
    fixture = await startConsole({ CONSOLE_PASSWORD: PASSWORD });
    browser = await launchBrowser();
    const tick = { minute: epochMinuteAt(Date.now()), eventsSequence: 0 };
    await jetstream(fixture.operator).publish(TICK_SUBJECT, JSON.stringify(tick));
    for (let i = 0; i < 40; i++) await deliver(fixture.operator, { latenessMs: 300 + 40 * i });
    for (let i = 0; i < 3; i++) await queueReminder(fixture.operator, 'engaged', newPerson());
  });
  afterAll(async () => {
    await browser?.close();
    await fixture?.stop();
  });

  async function withPage(
    options: BrowserContextOptions,
    work: (page: Page) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext(options);
    try {
      const page = await context.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().includes('401')) problems.push(message.text());
      });
      await page.goto(fixture.url);
      await page.getByRole('row', { name: /^engaged/ }).waitFor(PATIENCE);
      await work(page);
      expect(problems).toEqual([]);
    } finally {
      await context.close();
    }
  }

  test.each([
    ['a phone, light', { viewport: { width: 360, height: 780 }, colorScheme: 'light' }],
    ['a phone, dark', { viewport: { width: 360, height: 780 }, colorScheme: 'dark' }],
    ['a desktop, light', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' }],
    ['a desktop, dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }],
  ] as const)('on %s everything is legible and fits', (_name, options) =>
    withPage(options, async (page) => {
      await page.getByRole('img', { name: /^Half of the last reminders came within \d/ }).waitFor(PATIENCE);
      const { faint, wide } = await lookOf(page);
      expect({ faint, wide }).toEqual({ faint: [], wide: 0 });
    }),
  );

  test('what waits is in the picture and in the table', () =>
    withPage({}, async (page) => {
      await page.getByRole('row', { name: /^engaged 3 0 of 64/ }).waitFor(PATIENCE);
      const path = page.getByRole('list', { name: 'What happens to a reminder' });
      await path.getByText('3 reminders').waitFor(PATIENCE);
      expect(await page.getByRole('button', { name: /Pause/ }).count()).toBe(0);
    }));

  test('by keyboard alone: a wrong password, the right one, a pause with its end, and on again', () =>
    withPage({}, async (page) => {
      const { consumers } = await jetstreamManager(fixture.operator);
      const isPaused = async () => (await consumers.info('REMINDERS', 'sender-engaged')).paused ?? false;
      await page.getByRole('button', { name: 'Log in to act' }).focus();
      await page.keyboard.press('Enter');
      await page.keyboard.type('not the password');
      await page.keyboard.press('Enter');
      await page.getByText('wrong password').waitFor(PATIENCE);
      const password = page.getByLabel('Password');
      await expect
        .poll(async () => {
          if (await password.isVisible()) {
            await password.fill(PASSWORD);
            await password.press('Enter');
          }
          return page.getByRole('button', { name: 'Log out' }).count();
        }, PATIENCE)
        .toBe(1);
      await page.getByRole('button', { name: 'Pause: sender-engaged' }).press('Enter');
      const minutes = page.getByLabel('Minutes');
      await minutes.fill('7');
      await minutes.press('Enter');
      await page.getByText(/^sender-engaged is paused until /).waitFor(PATIENCE);
      expect(await isPaused()).toBe(true);
      await page
        .getByText(/^Reminders of sender-engaged: an operator has paused them until /)
        .waitFor(PATIENCE);
      await page.getByRole('button', { name: 'Go on: sender-engaged' }).press('Enter');
      await page.getByText('sender-engaged goes on.').waitFor(PATIENCE);
      expect(await isPaused()).toBe(false);
    }));

  test('when NATS is gone nothing old is shown as now', () =>
    withPage({}, async (page) => {
      await fixture.server.stop();
      await page
        .getByRole('alert')
        .getByText(/What is below is of \d\d:\d\d:\d\d UTC/)
        .waitFor(PATIENCE);
      expect(await page.getByRole('status').first().textContent()).toBe('Unknown');
    }));
});
