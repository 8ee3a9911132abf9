import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { type AdminFixture, has, startFixture } from './fixture.ts';

/* What admins do, by an admin whose language is Russian. */

let fixture: AdminFixture;
let admin: SimulatedPerson;
beforeAll(async () => {
  fixture = await startFixture();
  admin = fixture.admin;
  await admin.say('/settings');
  const { message_id } = await admin.waitForMessage(has('Settings'));
  await admin.tap(message_id, 'language:ru');
  await admin.waitForEdit(message_id, has('Настройки'));
}, 120_000);
afterAll(() => fixture.stop());

async function ask(what: string, expected: string) {
  await admin.say(what);
  return admin.waitForMessage(has(expected));
}

async function tapped(messageId: number, button: string, expected: string) {
  await admin.tap(messageId, { button });
  return admin.waitForEdit(messageId, has(expected));
}

test('figures, delivery and a person, each in the message that asked for it', async () => {
  await fixture.forgetRequests();
  const { message_id: id } = await ask('/admin', 'Администрирование');
  const delivery = await tapped(id, 'Доставка', 'В очереди');
  expect(delivery.text).toContain('активные');
  expect(delivery.text).toContain('Неразобранные сообщения: 0');
  await tapped(id, 'Цифры', 'Аккаунты:');
  await tapped(id, 'Найти человека', 'числовой id');
  await ask('двенадцать', 'Это не числовой id');
  const found = await ask(String(admin.id), 'Последние события');
  expect(found.text).toContain('Язык ru, часовой пояс');
}, 120_000);

test('a broadcast: a draft, called off; another, first to the admin, then to everybody', async () => {
  const people = await fixture.crowd(3);
  await fixture.forgetRequests();
  const { message_id: id } = await ask('/admin', 'Администрирование');
  await tapped(id, 'Написать всем', 'Отправьте текст для всех');
  await ask('Черновик', 'Вот как это выглядит');
  await ask('/cancel', 'Отменено');

  const { message_id: again } = await ask('/admin', 'Администрирование');
  await tapped(again, 'Написать всем', 'Отправьте текст для всех');
  const { message_id: preview } = await ask('Привет всем!', 'Вот как это выглядит');
  const query = await admin.tap(preview, { button: 'Сначала только мне' });
  expect((await admin.waitForAnswer(query)).text).toContain('после всех напоминаний');
  await tapped(preview, 'Отправить', 'Отправляется всем');
  await fixture.telegram.waitForRequest(
    ({ parameters, chatId, status }) =>
      parameters.text === 'Привет всем!' && status === 200 && people.includes(chatId ?? 0),
  );
  await expect
    .poll(
      async () => {
        await fixture.forgetRequests();
        await admin.tap(preview, { button: 'Обновить' });
        return (await admin.chat()).messages.find(({ message_id }) => message_id === preview)?.text;
      },
      { timeout: 60_000, interval: 1_500 },
    )
    .toContain('Отправлено всем');
}, 180_000);
