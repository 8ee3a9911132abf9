import { habitButtonData } from '#contracts/callback-data.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { ChatMessage } from '#deploy/telegram/chats/message.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { reminderCard } from '#services/platform/messages/reminder-card.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import type { Fault, FaultRow, FaultSettings } from './fault.ts';
import { type FaultFixture, startFaultFixture, TOKEN } from './fixture.ts';
import { type DuePerson, peopleDue, register } from './people.ts';
import { answered, judgeTaps, personOf } from './taps.ts';

const SEND_RATE = 28;
/** Odd: it ends with Done. */
const TAPS = 5;
/** An edit for the first taps that were handled, and one for what followed, where that took longer than half a minute. */
const MOST_EDITS = 2;
const PATIENCE_MS = 120_000;

/** `runs` people tap Done and Undo under a reminder by turns, from two devices, while no bot runs; then two start. */
export const piledUpTaps: Fault = { name: 'taps while no bot runs', fullRuns: 200, run: tapMeanwhile };

async function tapMeanwhile({ servers, seed, runs }: FaultSettings): Promise<FaultRow> {
  const fixture = await startFaultFixture(servers, { sendRate: SEND_RATE });
  try {
    const people = peopleDue(fixture.startMinute, 1, runs);
    await register(people, fixture.connection, fixture.telegram);
    await fixture.telegram.limits({ overallPerSecond: 1e6 });
    const cards = await Promise.all(people.map((person) => remind(fixture, person)));
    await fixture.telegram.reset();
    await fixture.telegram.limits({ overallPerSecond: 30 });
    await fixture.start('ingress');
    const taps = new Map(people.map(({ userId }) => [userId as string, TAPS]));
    for (let n = 0; n < TAPS; n++) await Promise.all(cards.map((card) => tapOnce(card, n)));
    const startedMs = performance.now();
    await Promise.all([fixture.start('bot'), fixture.start('bot')]);
    await answered(fixture, runs * TAPS);
    const edits = await Promise.all(cards.map(settledEdits));
    const settledMs = Math.round(performance.now() - startedMs);
    const verdict = await judgeTaps(fixture, people, taps);
    const most = Math.max(...edits);
    return {
      ...{ fault: piledUpTaps.name, runs, seed, ...verdict },
      recoveryMs: { p50: settledMs, max: settledMs },
      violations: [
        ...verdict.violations,
        ...(most > MOST_EDITS ? [`a message was edited ${most} times for ${TAPS} taps`] : []),
      ],
      note: `taps; ${edits.filter((count) => count === 1).length} of ${runs} messages edited once, none more than ${most} times`,
    };
  } finally {
    await fixture.stop();
  }
}

type Card = { chat: SimulatedPerson; messageId: number; person: DuePerson; on: LocalDate };

async function remind(fixture: FaultFixture, person: DuePerson): Promise<Card> {
  const { api } = openTelegram({ token: TOKEN, apiRoot: fixture.telegramUrl });
  const { userId, habitId } = person;
  const on = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const { text, entities, reply_markup } = reminderCard('en', [
    { habitId, on, name: 'Stretch', state: 'open' },
  ]);
  const { message_id: messageId } = await api.sendMessage(userId, text, { entities, reply_markup });
  return { chat: await personOf(fixture, userId), messageId, person, on };
}

function tapOnce({ chat, messageId, person: { habitId }, on }: Card, n: number) {
  return chat.tap(messageId, habitButtonData({ action: n % 2 === 0 ? 'done' : 'undo', habitId, on }));
}

/** Resolves with how often a card was edited once its buttons fit the last tap. */
async function settledEdits({ chat, messageId }: Card): Promise<number> {
  const isSettled = (message: ChatMessage) => JSON.stringify(message.reply_markup ?? {}).includes('undo:');
  return (await chat.waitForEdit(messageId, isSettled, { timeoutMs: PATIENCE_MS })).edits;
}
