import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import type { Locale } from '#contracts/account-events.ts';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { Delivery } from '#contracts/messages.ts';
import { PageAnswer, type PageChange } from '#contracts/page.ts';
import { deliverySubject, eventsOfUser } from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import { longDate } from '#services/platform/messages/i18n/date-text.ts';
import { reminderCard } from '#services/platform/messages/reminder-card.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import {
  card,
  hasChromium,
  launchBrowser,
  lookOf,
  openPage,
  todayIn,
} from '#test/services/ingress/app/browser.ts';
import { asMinute, asUserId } from '#test/support/ids.ts';
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

async function personWithHabit(locale: Locale, name: string): Promise<SimulatedPerson> {
  const person = await fixture.telegram.person({ id: nextId++, languageCode: locale, first_name: 'Kim' });
  if (locale === 'en') {
    await register(person);
    await makeHabit(person, name, '09:00');
    return person;
  }
  const says = (part: string) => (message: { text?: string | undefined }) =>
    message.text?.includes(part) ?? false;
  await person.say('/start');
  await person.waitForMessage(undefined, PATIENCE);
  await person.say('UTC');
  await person.waitForMessage(says('Какую привычку'), PATIENCE);
  await person.say(`${name} каждый день в 9:00`);
  const { message_id } = await person.waitForMessage(says('Всё верно?'), PATIENCE);
  await person.tap(message_id, { button: 'Создать' });
  await person.waitForEdit(message_id, undefined, PATIENCE);
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

/** A reminder as the sender leaves it: in the chat, and in DELIVERIES. @returns its message id. */
async function remind(person: SimulatedPerson, locale: Locale, item: CardItem): Promise<number> {
  const { BOT_TOKEN: token = '', TELEGRAM_API_ROOT: apiRoot = '' } = fixture.settings;
  const { text, entities, reply_markup } = reminderCard(locale, [item]);
  const { api } = openTelegram({ token, apiRoot });
  const { message_id } = await api.sendMessage(person.id, text, { entities, reply_markup });
  const userId = asUserId(person.id);
  const delivery: Delivery = {
    ...{ userId, minute: asMinute(1), tier: 'engaged', outcome: 'delivered', latenessMs: 0 },
    ...{ occurrences: [{ habitId: item.habitId, on: item.on, at: '09:00' }], at: new Date().toISOString() },
    telegramMessageId: message_id,
  };
  await jetstream(fixture.nats).publish(deliverySubject('delivered', userId), JSON.stringify(delivery));
  return message_id;
}

test.each([
  ['en', 'Stretch', 'Calendar'],
  ['ru', 'Растяжка', 'Календарь'],
] as const)(
  '%s: a change of the page, over a kill -9 of the bot: one event; the reminder and the open list show it by one edit each',
  async (locale, name, button) => {
    const person = await personWithHabit(locale, name);
    await today(person);
    const { messages } = await person.chat();
    const list = messages.at(-1)?.message_id ?? 0;
    const page = apiOf(await person.openWebApp({ messageId: list, button }));
    const { status, answer } = await page.view();
    const habit = answer.view?.habits[0];
    expect([status, habit?.name, answer.view?.locale]).toEqual([200, name, locale]);
    if (!habit || !answer.view) throw new Error('no view');

    const { habitId } = habit;
    const { today: on } = answer.view;
    const reminder = await remind(person, locale, { habitId, on, name, state: 'open' });
    await fixture.kill('bot');
    const key = randomUUID();
    const change = { do: 'enter', habitId, on, value: 1 } as const;
    expect((await page.view()).answer.outcome).toBe('away');
    const [waiting] = await Promise.all([page.change(change, key), fixture.start('bot')]);
    // The bot may be back before the page has waited long enough.
    expect([200, 503]).toContain(waiting.status);
    const again = await page.change(change, key);
    expect([again.status, again.answer.view?.habits[0]?.strength]).toEqual([200, 5]);
    expect((await eventsOf(person.id)).filter((type) => type === 'HabitCheckedIn')).toHaveLength(1);
    const edited = await person.waitForEdit(reminder, undefined, PATIENCE);
    expect([edited.text?.startsWith(`✅ ${name}`), edited.edits]).toEqual([true, 1]);
    const listed = await person.waitForEdit(list, undefined, PATIENCE);
    expect([listed.text?.includes(`✅ ${name}`), listed.edits]).toEqual([true, 1]);
    const requests = await fixture.telegram.requests({ method: 'editMessageText' });
    const edits = requests.filter(
      ({ chatId, messageId }) => chatId === person.id && (messageId ?? 0) >= list,
    );
    expect(edits.map(({ messageId }) => messageId).sort((a = 0, b = 0) => a - b)).toEqual([list, reminder]);
    expect(await today(person)).toContain(`✅ ${name}`);
  },
  240_000,
);

describe.skipIf(!hasChromium)('in the chat page (skipped without /usr/bin/chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it.each([
    { locale: 'en', name: 'Swim', pause: 'Pause', days: '10 days', paused: 'Paused through ' },
    { locale: 'ru', name: 'Плавать', pause: 'Пауза', days: '10 дней', paused: 'На паузе по ' },
  ] as const)(
    'says until when a habit rests ($locale)',
    async ({ locale, name, pause, days, paused }) => {
      const person = await personWithHabit(locale, name);
      await person.say('/habits');
      const { message_id: list } = await person.waitForMessage(undefined, PATIENCE);
      for (const [edits, button] of [name, pause].entries()) {
        await person.tap(list, { button });
        await person.waitForEdit(list, (message) => message.edits > edits, PATIENCE);
      }
      await person.say(days);
      await person.waitForMessage(undefined, PATIENCE);
      const url = await person.openWebApp();
      const { answer } = await apiOf(url).view();
      const until = dateOf(epochDayOf(answer.view?.today ?? '') + 9);
      expect(answer.view?.habits[0]).toMatchObject({ paused: true, pausedUntil: until });
      const failures: string[] = [];
      const page = await openPage(browser, url, failures);
      await card(page, name)
        .getByText(`${paused}${longDate(locale, until)}`)
        .waitFor();
      expect(await lookOf(page)).toEqual({ faint: [], small: [], cramped: [], wide: 0 });
      expect(failures).toEqual([]);
      await page.close();
    },
    180_000,
  );

  it('opens from the button beside the field, for the one whose chat it is; a tap there is in the chat', async () => {
    const person = await personWithHabit('en', 'Run');
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
