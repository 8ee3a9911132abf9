import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { arriveIn, type BotFixture, settledPerson, startBotFixture, typesOf } from '../../fixture.ts';
import { loopFiles, zipOf } from '../../moving/fixture.ts';

const PATIENCE = { timeoutMs: 60_000 };

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await fixture.replica();
});
afterAll(() => fixture.stop());

const send = async (person: SimulatedPerson, name: string, bytes: Uint8Array) => {
  await person.sendFile(name, bytes);
  return person.waitForMessage(undefined, PATIENCE);
};

/** What the bot sent or edited since the counters were reset, by method. */
async function requests(): Promise<Record<string, number>> {
  const { byMethod } = await fixture.telegram.counters();
  const {
    getUpdates: _,
    getMyCommands: __,
    getMyDescription: _d,
    getMyShortDescription: _s,
    ...others
  } = byMethod;
  return others;
}

const russian = async (): Promise<SimulatedPerson> => {
  const person = await fixture.person(7001, 'ru');
  await person.say('/start');
  await person.waitForMessage(undefined, PATIENCE);
  await arriveIn(person, 'Москва');
  return person;
};

describe('a file that is sent to the bot', () => {
  it('is shown, and brought by one tap; the same once more brings nothing', async () => {
    const person = await settledPerson(fixture);
    const before = await typesOf(fixture, person);
    await fixture.telegram.reset();
    const preview = await send(person, 'Loop Habits CSV.zip', zipOf(loopFiles()));
    expect(preview.text).toBe(
      [
        '📦 Loop Habit Tracker',
        '2 habits, 5 days from Mar 2, 2024 to Mar 4, 2024',
        '',
        '▫️ Вода: 3 days',
        '🗄 Run: 2 days',
        '',
        'Left out:',
        '• days that the other app filled in by itself: 1',
        '• reminders: this kind of file has none. Set them in /habits',
      ].join('\n'),
    );
    expect(await requests()).toEqual({ sendMessage: 1, getFile: 1 });
    expect(await typesOf(fixture, person)).toEqual(before);

    const tapped = await person.tap(preview.message_id, { button: 'Import' });
    expect((await person.waitForAnswer(tapped, PATIENCE)).text).toBe('Importing…');
    const done = await person.waitForEdit(preview.message_id, undefined, PATIENCE);
    expect(done.text).toContain('✅ Loop Habit Tracker is here: 2 habits, 5 days.');
    expect(await requests()).toEqual({
      sendMessage: 1,
      getFile: 2,
      answerCallbackQuery: 1,
      editMessageText: 1,
    });
    const types = (await typesOf(fixture, person)).slice(before.length);
    expect(types.toSorted()).toEqual([
      'EntriesImported',
      'EntriesImported',
      'HabitArchived',
      'HabitDefined',
      'HabitDefined',
      'HabitsReordered',
    ]);

    const again = await send(person, 'Loop Habits CSV.zip', zipOf(loopFiles()));
    expect(again.text).toContain('There’s nothing new to import.');
    expect(again.reply_markup).toBeUndefined();
  });

  it('is asked about in Russian when its dates can be read in two ways', async () => {
    const person = await russian();
    const csv =
      'HabitName,HabitDescription,HabitCategory,CalendarDate,Value,CommentText\nБег,,,4/5/2019,1,\n';
    const asked = await send(person, 'habitbull.csv', Buffer.from(csv));
    expect(asked.text).toBe('🗓 Даты в этом файле можно прочитать двояко. Как правильно?');
    await person.tap(asked.message_id, { button: '4 мая 2019' });
    const preview = await person.waitForEdit(asked.message_id, undefined, PATIENCE);
    expect(preview.text).toContain('1 привычка, 1 день за 4 мая 2019 г.');
    await person.tap(asked.message_id, { button: 'Перенести' });
    await person.waitForEdit(
      asked.message_id,
      ({ text }) => text?.includes('теперь здесь') ?? false,
      PATIENCE,
    );
    expect(await fixture.events(person.id)).toContainEqual({
      type: 'EntriesImported',
      data: { entries: [{ on: '2019-05-04', value: 1 }] },
    });
  });

  it('leaves the question that was open, and is refused in words', async () => {
    const person = await settledPerson(fixture);
    await person.say('/new');
    await person.waitForMessage(undefined, PATIENCE);
    const refused = await send(person, 'holiday.jpg', Uint8Array.from([0xff, 0xd8, 0xff, 0, 0, 1]));
    expect(refused.text).toBe('🤷 I don’t know this kind of file. See what I can read: /import');
    await person.say('Read');
    const { text } = await person.waitForMessage(undefined, PATIENCE);
    expect(text).toContain('Read');
    expect(text).not.toContain('quite');
  });

  it('is read once Telegram gives it, and said to be gone when it does not', async () => {
    const person = await settledPerson(fixture);
    await fixture.telegram.fault({ method: 'getFile', times: 1, status: 502 });
    await fixture.telegram.fault({ method: 'getFile', times: 1, dropBefore: true });
    const preview = await send(person, 'Loop.zip', zipOf(loopFiles()));
    expect(preview.text).toContain('2 habits, 5 days');
    await fixture.telegram.fault({ method: 'getFile', times: 1, status: 400 });
    const gone = await send(person, 'Loop.zip', zipOf(loopFiles()));
    expect(gone.text).toContain('Send it again.');
  });

  it('can be cancelled, and a tap after the file was deleted says so', async () => {
    const person = await settledPerson(fixture);
    const before = await typesOf(fixture, person);
    const preview = await send(person, 'Loop.zip', zipOf(loopFiles()));
    await person.tap(preview.message_id, { button: 'Cancel' });
    const cancelled = await person.waitForEdit(preview.message_id, undefined, PATIENCE);
    expect(cancelled.text).toBe('Nothing was imported.');
    expect(await typesOf(fixture, person)).toEqual(before);
    const { message_id: other } = await person
      .say('/today')
      .then(() => person.waitForMessage(undefined, PATIENCE));
    const forged = await person.tap(other, 'importFile:plain');
    expect((await person.waitForAnswer(forged, PATIENCE)).text).toContain('I can’t see the file any more');
  });
});
