import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChatMessage } from '#deploy/telegram/chats/message.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { type BotFixture, settledPerson, startBotFixture, typesOf } from '../../fixture.ts';
import { brought, daysOf, loopFiles, zipOf } from '../../moving/fixture.ts';

const PATIENCE = { timeoutMs: 20_000 };

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await fixture.replica();
});
afterAll(() => fixture.stop());

/** What a person downloads in the chat page. */
async function download({ document }: ChatMessage): Promise<{ name: string | undefined; bytes: Uint8Array }> {
  const answer = await fetch(`${fixture.telegramUrl}/media/${document?.file_id}`);
  return { name: document?.file_name, bytes: new Uint8Array(await answer.arrayBuffer()) };
}

async function withLoopHabits(person: SimulatedPerson): Promise<void> {
  await person.sendFile('Loop.zip', zipOf(loopFiles()));
  const { message_id: id } = await person.waitForMessage(undefined, PATIENCE);
  await person.tap(id, { button: 'Import' });
  await person.waitForEdit(id, undefined, PATIENCE);
}

it('gives each kind of file by two taps, one document each; all of them come back with nothing new', async () => {
  const person = await settledPerson(fixture);
  await withLoopHabits(person);
  await person.say('/settings');
  const { message_id: settings } = await person.waitForMessage(undefined, PATIENCE);
  await person.tap(settings, { button: 'Export my data' });
  const chooser = await person.waitForEdit(settings, undefined, PATIENCE);
  expect(chooser.text).toContain('Take your data with you');

  let last = chooser.message_id;
  for (const [label, suffix] of [
    ['Loop, backup', 'Loop.db'],
    ['Loop, zip', 'Loop.zip'],
    ['Spreadsheet', 'days.csv'],
    ['Everything', 'everything.json'],
  ] as const) {
    await fixture.telegram.reset();
    const tapped = await person.tap(settings, { button: label });
    expect((await person.waitForAnswer(tapped, PATIENCE)).text).toBe('Writing your file…');
    const sent = await person.waitForMessage(({ document }) => document !== undefined, {
      after: last,
      ...PATIENCE,
    });
    last = sent.message_id;
    expect(sent.caption).toBe('📤 2 habits, 5 days');
    const { byMethod } = await fixture.telegram.counters();
    expect(byMethod).toMatchObject({ sendDocument: 1, answerCallbackQuery: 1 });
    expect(byMethod.sendMessage).toBeUndefined();
    const { name, bytes } = await download(sent);
    expect(name).toMatch(new RegExp(`^Habitstream-\\d{4}-\\d\\d-\\d\\d-${suffix.replace('.', '\\.')}$`));
    if (suffix === 'days.csv') {
      expect(Buffer.from(bytes).toString()).toContain('Вода,,2024-03-02,amount,2.5,стакан ов,"half, again"');
      continue;
    }
    const file = await brought(bytes);
    expect(file.habits.map(daysOf).sort()).toEqual([
      ['2024-03-02=2.5', '2024-03-03=0', '2024-03-04=s'],
      ['2024-03-03=0', '2024-03-04=1'],
    ]);
    const before = await typesOf(fixture, person);
    await person.sendFile(name ?? '', bytes);
    const preview = await person.waitForMessage(undefined, PATIENCE);
    expect(preview.text).toContain('There’s nothing new to import.');
    last = preview.message_id;
    expect(await typesOf(fixture, person)).toEqual(before);
  }
});

it('has nothing to give to a person without habits', async () => {
  const person = await settledPerson(fixture);
  await person.say('/export');
  const { text } = await person.waitForMessage(undefined, PATIENCE);
  expect(text).toBe('🌱 There’s nothing to export yet. Make your first habit: /new');
});
