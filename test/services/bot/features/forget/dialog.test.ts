import { afterAll, beforeAll, expect, test } from 'vitest';
import { ForgettingRequested } from '#contracts/forgetting.ts';
import { forgettingSubject } from '#contracts/subjects.ts';
import { lastMessage } from '#services/platform/jetstream/direct-get.ts';
import { asUserId } from '../../../../support/ids.ts';
import { arriveIn, ask, type BotFixture, settledPerson, startBotFixture } from '../../fixture.ts';

/* What a person says and taps to be forgotten; that it is done is shown in test/services/forgetting. */

const PATIENCE = { timeoutMs: 20_000 };
let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await fixture.replica();
});
afterAll(() => fixture.stop());

const requestOf = async (id: number) => {
  const message = await lastMessage(fixture.nats, 'FORGETTING', forgettingSubject(asUserId(id)));
  return message && ForgettingRequested.parse(message.json());
};

async function settledIn(locale: 'en' | 'ru') {
  if (locale === 'en') return settledPerson(fixture);
  const person = await fixture.person(4_400_002, locale);
  await ask(person, '/start');
  await arriveIn(person, 'Берлин');
  return person;
}

const WAYS = {
  en: {
    more: 'Delete everything…',
    keep: 'Keep everything',
    now: 'Yes, delete it all',
    offered: 'Delete everything I know about you?',
    undone: 'can’t be undone',
    sure: 'Last question',
    kept: 'Nothing was deleted',
    begun: 'I’m deleting your data',
  },
  ru: {
    more: 'Удалить всё…',
    keep: 'Оставить всё как есть',
    now: 'Да, удалить всё',
    offered: 'Удалить всё, что я о вас знаю?',
    undone: 'Отменить это нельзя',
    sure: 'Последний вопрос',
    kept: 'Ничего не удалено',
    begun: 'Удаляю ваши данные',
  },
} as const;

test.each(['en', 'ru'] as const)(
  'two taps on two screens ask for it, and nothing is handled from then on (%s)',
  async (locale) => {
    const words = WAYS[locale];
    const person = await settledIn(locale);
    await person.say('/forget_me');
    const { message_id: id, text } = await person.waitForMessage(undefined, PATIENCE);
    expect(text).toContain(words.offered);
    expect(text).toContain(words.undone);
    await person.tap(id, { button: words.keep });
    await person.waitForEdit(id, (message) => message.text?.includes(words.kept) === true, PATIENCE);
    expect(await requestOf(person.id)).toBeUndefined();

    await person.say('/forget_me');
    const { message_id: again } = await person.waitForMessage(undefined, PATIENCE);
    await person.tap(again, { button: words.more });
    const sure = await person.waitForEdit(
      again,
      (message) => message.text?.includes(words.sure) === true,
      PATIENCE,
    );
    expect(sure.text).not.toContain(words.offered);
    expect(await requestOf(person.id)).toBeUndefined();
    await person.tap(again, { button: words.now });
    await person.waitForEdit(again, (message) => message.text?.includes(words.begun) === true, PATIENCE);
    expect(await requestOf(person.id)).toMatchObject({ by: 'person', locale });

    const events = await fixture.events(person.id);
    await person.say('/new Run every day at 9:00');
    const answer = await person.waitForMessage(undefined, PATIENCE);
    expect(answer.text).toContain(words.begun);
    await fixture.settled();
    expect(await fixture.events(person.id)).toEqual(events);
  },
);

test('a person with habits is offered to take them along first; the settings lead there too', async () => {
  const person = await settledPerson(fixture);
  await person.say('/new Run every day at 9:00');
  const { message_id: draft } = await person.waitForMessage(undefined, PATIENCE);
  await person.tap(draft, { button: 'Create' });
  await person.waitForEdit(draft, undefined, PATIENCE);
  await person.say('/settings');
  const { message_id: settings } = await person.waitForMessage(undefined, PATIENCE);
  await person.tap(settings, { button: 'Delete my data' });
  const shown = await person.waitForEdit(
    settings,
    (message) => message.text?.includes('Take it with you first') === true,
    PATIENCE,
  );
  expect(shown.reply_markup?.inline_keyboard?.[0]?.[0]?.text).toContain('Export my data');
});

test('a person who never said where they are can be forgotten, too', async () => {
  const person = await fixture.person(4_400_001, 'en');
  await person.say('/start');
  await person.waitForMessage(undefined, PATIENCE);
  await person.say('/forget_me');
  const { message_id: id } = await person.waitForMessage(undefined, PATIENCE);
  await person.tap(id, { button: 'Delete everything…' });
  await person.waitForEdit(id, (message) => message.text?.includes('Last question') === true, PATIENCE);
  await person.tap(id, { button: 'Yes, delete it all' });
  await person.waitForEdit(id, (message) => message.text?.includes('I’m deleting') === true, PATIENCE);
  expect(await requestOf(person.id)).toMatchObject({ by: 'person', locale: 'en' });
});
