import { readFile } from 'node:fs/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOVING_CONSUMER } from '#contracts/consumers.ts';
import { eventsOfUser, movingSubject } from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { eventually } from '#test/support/eventually.ts';
import { asUserId } from '#test/support/ids.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { redeliverSoon, startBotProcess } from '../../bot-process.ts';
import { type BotFixture, startBotFixture } from '../../fixture.ts';
import { HABITS_HEADER, zipOf } from '../../moving/fixture.ts';

const processes = testProcesses();
const HABITS = 24;
const DAYS = 500;
const PATIENCE = { timeoutMs: 60_000 };

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await redeliverSoon(fixture.nats);
  bot = await startBotProcess(processes, fixture);
});
afterAll(() => fixture.stop());

/** What people say and see, and the words of the bot that these tests go by. */
const LANGUAGES = {
  en: { id: 9002, place: 'Berlin', summary: '24 habits, 12,000 days', import: 'Import', done: 'is here:' },
  ru: {
    id: 9003,
    place: 'Москва',
    summary: '24 привычки, 12\u00a0000 дней',
    import: 'Перенести',
    done: 'теперь здесь:',
  },
} as const;

let bot: TestProcess;
const killed = async () => {
  await bot.kill();
  await fixture.telegram.clearFaults();
  bot = await startBotProcess(processes, fixture);
};

/** kill -9 when a request has come to Telegram, before or after it is carried out, and before it is answered. */
async function killedAt(method: string, hold: 'before' | 'after', what: () => Promise<unknown>) {
  const since = ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;
  await fixture.telegram.fault({ method, times: 1, hold });
  await what();
  await fixture.telegram.waitForRequest((request) => request.method === method, { since, answered: false });
  await killed();
}

/** Years of many habits, so that their import can be met in its middle. */
function years(): Uint8Array {
  const last = Date.parse('2026-11-20');
  const day = (back: number) => new Date(last - back * 86_400_000).toISOString().slice(0, 10);
  const days = Array.from({ length: DAYS }, (_, back) => `${day(back)},YES_MANUAL,`).join('\n');
  const numbers = Array.from({ length: HABITS }, (_, index) => String(index + 1).padStart(3, '0'));
  const habits = numbers.map((number) => `${number},Habit ${number} привычка,YES_NO,,,1,1,#D32F2F,,,,false`);
  return zipOf({
    'Habits.csv': [HABITS_HEADER, ...habits].join('\n'),
    ...Object.fromEntries(numbers.map((number) => [`${number}/Checkmarks.csv`, `Date,Value,Notes\n${days}`])),
  });
}

/** Resolves when so many more messages are stored on a subject. */
async function stored(subject: string, count: number): Promise<void> {
  const subscription = fixture.nats.subscribe(subject, { max: count });
  await fixture.nats.flush();
  for await (const _ of subscription);
}

/** Resolves when no file is left to be read or written. */
async function jobsDone(): Promise<void> {
  const { consumers } = await jetstreamManager(fixture.nats);
  await eventually(async () => {
    const { num_pending, num_ack_pending } = await consumers.info(
      MOVING_CONSUMER.stream,
      MOVING_CONSUMER.name,
    );
    expect(num_pending + num_ack_pending).toBe(0);
  });
}

/** The processes that a process has started. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

test.each(['en', 'ru'] as const)(
  'kill -9 while a file is read, in the middle of its import and before its answer: all of it is brought, once (%s)',
  async (locale) => {
    const words = LANGUAGES[locale];
    const person = await fixture.person(words.id, locale);
    await person.say('/start');
    await person.waitForMessage(undefined, PATIENCE);
    await person.say(words.place);
    await person.waitForMessage(({ text }) => text?.includes('✨') ?? false, PATIENCE);

    await killedAt('getFile', 'before', () => person.sendFile('Loop.zip', years()));
    const preview = await person.waitForMessage(({ text }) => text?.includes('📦') ?? false, PATIENCE);
    expect(preview.text).toContain(words.summary);

    const middle = stored(eventsOfUser(asUserId(words.id)), 12);
    await person.tap(preview.message_id, { button: words.import });
    await middle;
    await killedAt('editMessageText', 'before', killed);
    const done = await person.waitForEdit(
      preview.message_id,
      ({ text }) => text?.includes(words.done) ?? false,
      PATIENCE,
    );
    expect(done.text).toContain(words.summary);

    const events = (await fixture.events(words.id)).slice(2);
    const ofType = (wanted: string) => events.filter(({ type }) => type === wanted);
    expect(ofType('HabitDefined')).toHaveLength(HABITS);
    expect(ofType('HabitsReordered')).toHaveLength(1);
    const imported = ofType('EntriesImported').map(({ data }) => Object.values(Object(data)).flat().length);
    expect(imported).toEqual(Array(HABITS).fill(DAYS));
  },
  240_000,
);

describe('an export', () => {
  const { id } = LANGUAGES.en;
  let person: SimulatedPerson;
  beforeAll(async () => {
    person = await fixture.person(id, 'en');
  });

  /** Taps what is to be written, and resolves with the files that came of it once nothing is left to do. */
  async function exported(label: string, dies: (tap: () => Promise<unknown>) => Promise<unknown>) {
    await person.say('/export');
    const { message_id: chooser } = await person.waitForMessage(undefined, PATIENCE);
    await dies(() => person.tap(chooser, { button: label }));
    await person.waitForMessage(({ document }) => document !== undefined, { after: chooser, ...PATIENCE });
    await jobsDone();
    const { messages } = await person.chat();
    return messages.filter(({ message_id, document }) => message_id > chooser && document !== undefined);
  }

  test('survives kill -9 of the bot before the file goes: it comes once', async () => {
    const files = await exported('Loop, backup', async (tap) => {
      const job = stored(movingSubject(asUserId(id)), 1);
      await tap();
      await job;
      await killed();
    });
    expect(files.map(({ document }) => document?.file_name)).toEqual([expect.stringMatching(/Loop\.db$/)]);
  }, 240_000);

  // Elsewhere nothing says which processes a process has started.
  test.skipIf(process.platform !== 'linux')(
    'survives kill -9 of the process that writes the file: it comes once',
    async () => {
      const files = await exported('Everything', async (tap) => {
        await tap();
        const [writer = Number.NaN] = await eventually(async () => {
          const children = await childrenOf(bot.pid);
          expect(children).toHaveLength(1);
          return children;
        });
        process.kill(writer, 'SIGKILL');
      });
      expect(files.map(({ document }) => document?.file_name)).toEqual([expect.stringMatching(/\.json$/)]);
    },
    240_000,
  );

  test('survives kill -9 when Telegram has taken the file and not answered yet: it comes once more at most', async () => {
    const files = await exported('Spreadsheet', (tap) => killedAt('sendDocument', 'after', tap));
    expect([1, 2]).toContain(files.length);
    for (const { document } of files) expect(document?.file_name).toMatch(/days\.csv$/);
  }, 240_000);
});
