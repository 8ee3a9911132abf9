import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { PageAnswer, type PageChange } from '#contracts/page.ts';
import { eventsOfUser } from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { hasChromium, launchBrowser, todayIn } from '#test/services/ingress/app/browser.ts';
import { asUserId } from '#test/support/ids.ts';
import { freePorts } from '#test/support/ports.ts';
import { testProcesses } from '#test/support/processes.ts';
import { type EndToEndFixture, startEndToEndFixture } from './fixture.ts';
import { makeHabit, register } from './journey.ts';

/*
 * The calendar page through the real processes: opened from the simulated Telegram as by its buttons, served by ingress,
 * answered by the bot.
 */

const processes = testProcesses();
let fixture: EndToEndFixture;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  const settings = { APP_URL: `http://127.0.0.1:${port}/app`, APP_PORT: String(port) };
  fixture = await startEndToEndFixture(processes, 'polling', ['ingress', 'bot'], settings);
});
afterAll(() => fixture.stop());

const PATIENCE = { timeoutMs: 60_000 };
let nextId = 6_100;

async function personWithHabit(name: string): Promise<SimulatedPerson> {
  const person = await fixture.telegram.person({ id: nextId++, languageCode: 'en', first_name: 'Kim' });
  await register(person);
  await makeHabit(person, name, '09:00');
  return person;
}

/** The API as the page opened at `url` uses it. */
function apiOf(url: string) {
  const { origin, hash } = new URL(url);
  const initData = new URLSearchParams(hash.slice(1)).get('tgWebAppData');
  const headers = { authorization: `tma ${initData}`, 'content-type': 'application/json' };
  const answered = async (response: Response) => ({
    status: response.status,
    answer: PageAnswer.parse(await response.json()),
  });
  return {
    view: async () => answered(await fetch(`${origin}/app/api/view`, { headers })),
    change: async (change: PageChange, key: string) =>
      answered(
        await fetch(`${origin}/app/api/changes`, {
          method: 'POST',
          headers: { ...headers, 'idempotency-key': key },
          body: JSON.stringify(change),
        }),
      ),
  };
}

const Stored = z.object({ type: z.string() });

async function eventsOf(id: number): Promise<string[]> {
  const consumer = await jetstream(fixture.nats).consumers.get('EVENTS', {
    filter_subjects: eventsOfUser(asUserId(id)),
  });
  const types: string[] = [];
  for await (const message of await consumer.fetch({ max_messages: 100, expires: 1_000 }))
    types.push(Stored.parse(message.json()).type);
  return types;
}

async function today(person: SimulatedPerson, command = '/today'): Promise<string> {
  await person.say(command);
  return (await person.waitForMessage(undefined, PATIENCE)).text ?? '';
}

test('a change of the page, over a kill -9 of the bot: one event, and the chat knows it', async () => {
  const person = await personWithHabit('Stretch');
  await today(person);
  const { messages } = await person.chat();
  const list = messages.at(-1)?.message_id ?? 0;
  const page = apiOf(await person.openWebApp({ messageId: list, button: 'Calendar' }));
  const { status, answer } = await page.view();
  const habit = answer.view?.habits[0];
  expect([status, habit?.name]).toEqual([200, 'Stretch']);
  if (!habit || !answer.view) throw new Error('no view');

  await fixture.kill('bot');
  const key = randomUUID();
  const change = { do: 'enter', habitId: habit.habitId, on: answer.view.today, value: 1 } as const;
  expect((await page.view()).answer.outcome).toBe('away');
  const [waiting] = await Promise.all([page.change(change, key), fixture.start('bot')]);
  // The bot may be back before the page has waited long enough.
  expect([200, 503]).toContain(waiting.status);
  const again = await page.change(change, key);
  expect([again.status, again.answer.view?.habits[0]?.strength]).toEqual([200, 5]);
  expect((await eventsOf(person.id)).filter((type) => type === 'HabitCheckedIn')).toHaveLength(1);
  expect(await today(person)).toContain('✅ Stretch');
}, 240_000);

test('in Russian the page speaks Russian, as the person does', async () => {
  const person = await fixture.telegram.person({ id: nextId++, languageCode: 'ru', first_name: 'Мария' });
  await person.say('/start');
  await person.waitForMessage(undefined, PATIENCE);
  await person.say('UTC');
  await person.waitForMessage(undefined, PATIENCE);
  const page = apiOf(await person.openWebApp());
  expect(await page.view()).toMatchObject({ status: 200, answer: { view: { locale: 'ru', habits: [] } } });
}, 120_000);

describe.skipIf(!hasChromium)('in the chat page (skipped without /usr/bin/chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('opens from the button beside the field, for the one whose chat it is; a tap there is in the chat', async () => {
    const person = await personWithHabit('Run');
    const chat = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    chat.setDefaultTimeout(30_000);
    const failures: string[] = [];
    chat.on('pageerror', (error) => failures.push(error.message));
    await chat.goto(`${fixture.settings.TELEGRAM_API_ROOT}/#${person.id}`);
    await chat.getByRole('button', { name: 'Page of the bot' }).click();
    const frame = chat.frameLocator('dialog.web-app iframe');
    await todayIn(frame, 'Run', 'no answer').click();
    await todayIn(frame, 'Run', 'done').waitFor();
    expect(await frame.locator('html').getAttribute('data-scheme')).toBe('dark');
    await chat.emulateMedia({ colorScheme: 'light' });
    await frame.locator('html[data-scheme=light]').waitFor();
    await todayIn(frame, 'Run', 'done').click();
    await chat.getByRole('button', { name: 'Back', exact: true }).click();
    expect(await frame.getByRole('dialog').count()).toBe(0);
    await chat.getByRole('button', { name: 'Close the page' }).click();
    expect(await today(person)).toContain('✅ Run');
    await chat.getByRole('button', { name: 'Calendar' }).last().click();
    await todayIn(frame, 'Run', 'done').waitFor();
    expect(failures).toEqual([]);
    await chat.close();
  }, 180_000);
});
