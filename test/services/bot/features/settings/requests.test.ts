import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, type BotFixture, requestsOf, settledPerson, startBotFixture, tap } from '../../fixture.ts';

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await fixture.replica();
}, 60_000);
afterAll(() => fixture.stop());

const ONE_EDIT = { answerCallbackQuery: 1, editMessageText: 1 };
const ONE_MESSAGE = { sendMessage: 1 };

const SETTING_UP = {
  en: {
    taps: [
      ['12-hour clock'],
      ['Day start', '04:00'],
      ['Quiet hours', '22:00', 'Quiet hours', 'No quiet hours'],

      ['New reminders', '30 min', 'New reminders', 'Exact time'],
      ['Weekly digest', 'Sunday, 18:00', 'No digest', 'Settings'],
      ['Vacation', '1 week', 'Vacation', 'End the vacation'],
      ['Turn off all reminders', 'Turn reminders on'],
      ['Timezone', 'Choose by my clock'],
      ['Русский'],
    ],
    typed: [
      ['Quiet hours', '22-7'],
      ['Vacation', '1.12–14.12'],
      ['Timezone', 'Tokyo'],
    ],
  },
  ru: {
    taps: [
      ['12-часовой формат', '24-часовой формат'],
      ['Начало дня', '04:00'],
      ['Тихие часы', '22:00', 'Тихие часы', 'Без тихих часов'],
      ['Новые напоминания', '30 мин'],
      ['Итоги недели', 'воскресенье, 18:00', 'Настройки'],
      ['Отпуск', '1 неделя', 'Отпуск', 'Закончить отпуск'],
      ['Выключить напоминания', 'Включить напоминания'],
      ['Часовой пояс', 'Выбрать по часам'],
      ['English'],
    ],
    typed: [
      ['Тихие часы', '22-7'],
      ['Отпуск', '1–14 декабря'],
      ['Часовой пояс', 'Ростов-на-Дону'],
    ],
  },
} as const;

test.each(['en', 'ru'] as const)(
  'each tap in the settings is one edit and its answer, each answer in words one message (%s)',
  async (locale) => {
    const { taps, typed } = SETTING_UP[locale];
    // Each has a person of its own: one who does all of it at once would be asked to wait.
    const begun = async () => {
      const person = await settledPerson(fixture, locale);
      return { person, id: (await ask(person, '/settings')).message_id };
    };
    for (const [button, text] of typed) {
      const { person, id } = await begun();
      await tap(fixture, person, id, button);
      const requests = await requestsOf(fixture, person, () => ask(person, text));
      expect([text, requests]).toEqual([text, ONE_MESSAGE]);
    }
    for (const labels of taps) {
      const { person, id } = await begun();
      for (const label of labels) {
        const requests = await requestsOf(fixture, person, () => tap(fixture, person, id, label));
        expect([label, requests]).toEqual([label, ONE_EDIT]);
      }
    }
  },
  240_000,
);
