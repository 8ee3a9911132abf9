import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { habitButtonData } from '#contracts/callback-data.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { Dialog } from '#services/bot/conversation/dialog.ts';
import { tapData } from '#services/bot/conversation/taps.ts';
import { localDateAt } from '#services/platform/local-time/local-time.ts';
import { richText } from '#services/platform/messages/i18n/rich-text.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { eventually } from '#test/support/eventually.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { asHabitId } from '../../support/ids.ts';
import { redeliverSoon, startBotProcess } from './bot-process.ts';
import { type BotFixture, startBotFixture } from './fixture.ts';

const processes = testProcesses();
const PEOPLE = { en: 9101, ru: 9102 } as const;
const PATIENCE = { timeoutMs: 60_000 };

let fixture: BotFixture;
let bot: TestProcess;
beforeAll(async () => {
  fixture = await startBotFixture();
  await redeliverSoon(fixture.nats);
  bot = await startProcess();
});
afterAll(() => fixture.stop());

const startProcess = () => startBotProcess(processes, fixture);

/** A dialog that waits for words: the button that opens it, how its question is said again, and the answer. */
type Row = {
  tap: (habitId: HabitId, today: string) => string;
  still: string;
  answer: { en: string; ru: string };
  /** What is recorded once the answer is handled. */
  recorded: string;
};

/** Every dialog that waits for words, in an order in which the habit is there for the next; making one has a test of its own. The compiler asks for one that is missing. */
const ROWS: Record<Exclude<Dialog['at'], 'idle' | 'newHabit'>, Row> = {
  renaming: {
    tap: (habitId) => tapData({ tap: 'rename', habitId }),
    still: 'still-rename',
    answer: { en: 'Drink tea', ru: 'Пить чай' },
    recorded: 'HabitRenamed',
  },
  addingReminder: {
    tap: (habitId) => tapData({ tap: 'addReminder', habitId }),
    still: 'still-time',
    answer: { en: '9pm', ru: '21:00' },
    recorded: 'ReminderScheduled',
  },
  movingReminder: {
    tap: (habitId) => tapData({ tap: 'moveReminder', habitId, at: '10:00' }),
    still: 'still-time',
    answer: { en: '11:30', ru: 'полдвенадцатого' },
    recorded: 'ReminderMoved',
  },
  choosingEmoji: {
    tap: (habitId) => tapData({ tap: 'emoji', habitId }),
    still: 'still-emoji',
    answer: { en: '🫖', ru: '🫖' },
    recorded: 'EmojiChanged',
  },
  namingGroup: {
    tap: (habitId) => tapData({ tap: 'newGroup', habitId }),
    still: 'still-group',
    answer: { en: 'Health', ru: 'Здоровье' },
    recorded: 'HabitGrouped',
  },
  snoozing: {
    tap: (habitId, on) => habitButtonData({ action: 'later', habitId, on }),
    still: 'still-wait',
    answer: { en: 'in 2 hours', ru: 'через 2 часа' },
    recorded: 'ReminderSnoozed',
  },
  enteringAmount: {
    tap: (habitId, on) => habitButtonData({ action: 'other', habitId, on }),
    still: 'still-amount',
    answer: { en: '2.5', ru: '2,5' },
    recorded: 'HabitCheckedIn',
  },
  noting: {
    tap: (habitId, on) => habitButtonData({ action: 'note', habitId, on }),
    still: 'still-note',
    answer: { en: 'with lemon', ru: 'с лимоном' },
    recorded: 'EntryNoted',
  },
  settingQuietHours: {
    tap: () => tapData({ tap: 'quiet' }),
    still: 'still-quiet',
    answer: { en: '22-7', ru: 'с 22 до 7' },
    recorded: 'QuietHoursChanged',
  },
  planningVacation: {
    tap: () => tapData({ tap: 'vacation' }),
    still: 'still-vacation',
    answer: { en: 'Dec 20 – Dec 27', ru: '20–27 декабря' },
    recorded: 'VacationPlanned',
  },
  choosingTimezone: {
    tap: () => tapData({ tap: 'changeZone' }),
    still: 'still-timezone',
    answer: { en: 'Tokyo', ru: 'Токио' },
    recorded: 'TimezoneChanged',
  },
  editingHabit: {
    tap: (habitId) => tapData({ tap: 'editOften', habitId }),
    still: 'still-change',
    answer: { en: '3x a week', ru: '3 раза в неделю' },
    recorded: 'FrequencyChanged',
  },
  pausing: {
    tap: (habitId) => tapData({ tap: 'pause', habitId }),
    still: 'still-pause',
    answer: { en: '10 days', ru: '10 дней' },
    recorded: 'HabitPaused',
  },
};

/** The bot dies while its answer is on the way: Telegram has not got it yet, or has, and the bot does not know. */
const CRASH = { en: 'before', ru: 'after' } as const;

describeEach('en', 'Berlin', '/new Water 8 glasses every day at 10');
describeEach('ru', 'Берлин', '/new Пить воду 8 стаканов каждый день в 10');

function describeEach(locale: 'en' | 'ru', city: string, habit: string): void {
  const id = PEOPLE[locale];
  const plain = (key: string, args?: Record<string, string>) => richText(translator(locale)(key, args)).text;
  const dialogAt = async () => JSON.parse((await fixture.dialog(id)) ?? '{}').dialog?.at ?? 'idle';
  const nextIndex = async () => ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;
  const sent = async (since: number) =>
    (await fixture.telegram.requests({ since })).filter(
      ({ chatId, method }) => chatId === id && method !== 'answerCallbackQuery',
    );
  const count = async (type: string) =>
    (await fixture.events(id)).filter((event) => event.type === type).length;

  /** Says something, and kills the bot in the middle of its answer; another process goes on. */
  async function answerInACrash(say: () => Promise<unknown>): Promise<void> {
    await fixture.telegram.fault({ chatId: id, times: 1, hold: CRASH[locale] });
    const since = await nextIndex();
    await say();
    await fixture.telegram.waitForRequest(({ chatId }) => chatId === id, { since, answered: false });
    await bot.kill();
    await fixture.telegram.clearFaults();
    bot = await startProcess();
  }

  test(`${locale}: from START to a habit; after a side step and kill -9 the city still answers`, async () => {
    const person = await fixture.person(id, locale);
    await person.say('/start');
    await person.waitForMessage(undefined, PATIENCE);
    await person.say('/help');
    await person.waitForMessage(({ text }) => text?.includes(plain('still-timezone')) ?? false, PATIENCE);
    const { messages } = await person.chat();
    const from = { id, is_bot: false, first_name: 'A', language_code: locale };
    await fixture.telegram.rawUpdate({
      message: { message_id: 1, date: 1, from, chat: { id, type: 'private' }, voice: { file_id: 'v' } },
    });
    const { reply_markup: markup } = await person.waitForMessage(
      ({ text, message_id }) =>
        message_id > (messages.at(-1)?.message_id ?? 0) && (text?.includes(plain('still-timezone')) ?? false),
      PATIENCE,
    );
    expect(markup).toBeUndefined();
    await answerInACrash(() => person.say(city));
    await person.waitForMessage(({ text }) => text?.includes('✨') ?? false, PATIENCE);
    await fixture.settled();
    expect(await count('TimezoneChanged')).toBe(1);

    await person.say(habit);
    const { message_id: made } = await person.waitForMessage(undefined, PATIENCE);
    await fixture.settled();
    expect(await dialogAt()).toBe('newHabit');
    await answerInACrash(() => person.tap(made, tapData({ tap: 'create' })));
    await eventually(async () => expect(await count('HabitDefined')).toBe(1), PATIENCE);
    await fixture.settled();
    expect(await dialogAt()).toBe('idle');
  }, 180_000);

  test.each(Object.entries(ROWS))(
    `${locale}: %s survives a side step and kill -9`,
    async (at, row) => {
      const person = await fixture.person(id, locale);
      const manager = await jetstreamManager(fixture.nats);
      await manager.streams.purge('KV_throttle');
      await person.say('/habits');
      const { message_id: list } = await person.waitForMessage(undefined, PATIENCE);
      const { subjects } = (await manager.streams.info('EVENTS', { subjects_filter: `events.*.${id}.>` }))
        .state;
      const habitId = asHabitId(
        Object.keys(subjects ?? {})
          .map((subject) => subject.split('.').at(-1) ?? '')
          .find((each) => each !== 'account') ?? '',
      );
      await person.tap(list, row.tap(habitId, localDateAt(Date.now(), 'Europe/Berlin')));
      await eventually(async () => expect(await dialogAt()).toBe(at), PATIENCE);
      await fixture.settled();

      // One request for the side step, with the question under it.
      const since = await nextIndex();
      await person.say('/today');
      await person.waitForMessage(undefined, PATIENCE);
      await fixture.settled();
      const requests = await sent(since);
      expect(requests.map(({ method }) => method)).toEqual(['sendMessage']);
      const said = plain(row.still, { name: '\u0000' }).split('\u0000');
      for (const part of said) expect(String(requests[0]?.parameters.text)).toContain(part);

      const before = await count(row.recorded);
      await answerInACrash(() => person.say(row.answer[locale]));
      await eventually(async () => expect(await count(row.recorded)).toBe(before + 1), PATIENCE);
      await fixture.settled();
      expect(await dialogAt()).toBe('idle');
      expect(await count(row.recorded)).toBe(before + 1);
    },
    180_000,
  );
}
