import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { envelopeOf } from '#contracts/events.ts';
import { ACCOUNT } from '#contracts/ids.ts';
import { deadSubject, eventSubject, reminderSubject, updateSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { openStoredMessages, type StoredMessages } from '#services/forgetting/stored-messages.ts';
import { openSubscriptions } from '#services/forgetting/subscriptions.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { asMinute, asUserId } from '../../support/ids.ts';

/** An id that is a minute's number, too. */
const MINUTE = asMinute(29_921_700);
const USER = asUserId(Number(MINUTE));
const OTHER = asUserId(7_390_215_847);
let server: TestNats;
let nats: NatsConnection;
let messages: StoredMessages;

beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
  await provision(nats, { shardCount: 1 });
  messages = await openStoredMessages(nats);
});
afterAll(() => server?.stop());
beforeEach(async () => {
  await (await jetstreamManager(nats)).streams.purge('DEAD');
});

async function deadLetter(subject: string, content: object): Promise<number> {
  const letter = {
    ...{ consumer: 'bot-00', stream: 'UPDATES', sequence: 1, error: 'unreadable', deliveries: 1 },
    ...{ subject, payload: Buffer.from(JSON.stringify(content)).toString('base64') },
    at: '2026-11-25T08:00:00.000Z',
  };
  return (await jetstream(nats).publish(deadSubject('bot-00'), JSON.stringify(letter))).seq;
}

test('dead letters: those of the person go, whatever is wrong with them; those of others at a minute of that number stay', async () => {
  const left = [
    await deadLetter(reminderSubject('engaged', OTHER, MINUTE), { userId: OTHER, minute: MINUTE }),
    await deadLetter(updateSubject(OTHER), { update_id: 1, message: { from: { id: Number(OTHER) } } }),
    await deadLetter('ticks.minute', { minute: MINUTE, eventsSequence: 1 }),
  ];
  await deadLetter(updateSubject(USER), { nothing: 'of them' });
  await deadLetter(`updates.63.${USER}`, { on: 'a wrong partition' });
  await deadLetter(updateSubject(OTHER), { message: { from: { id: Number(USER) } } });
  await deadLetter(reminderSubject('engaged', OTHER, MINUTE), { userId: USER, minute: MINUTE });
  expect(await messages.erase('DEAD', { userId: USER })).toBe(4);
  const { streams } = await jetstreamManager(nats);
  const { state } = await streams.info('DEAD', { deleted_details: true });
  expect(state.messages).toBe(left.length);
  for (const seq of left) expect(await streams.getMessage('DEAD', { seq })).not.toBeNull();
});

test('an event that cannot be read hides no subscription, and keeps nobody from being forgotten', async () => {
  const subject = eventSubject(USER, ACCOUNT);
  const metadata = { correlationId: 'update-1', causationId: 'update-1', at: '2026-11-25T08:00:00.000Z' };
  const granted = {
    type: 'PremiumGranted' as const,
    data: {
      chargeId: 'charge-1',
      stars: 100,
      untilAt: '2026-12-25T08:00:00.000Z',
      recurring: true,
      first: true,
    },
  };
  const js = jetstream(nats);
  await js.publish(subject, 'nonsense');
  await js.publish(subject, JSON.stringify(envelopeOf(granted, 'update-1.account.0', metadata)));
  await js.publish(subject, JSON.stringify({ ...envelopeOf(granted, 'x', metadata), version: 99 }));
  const ended: unknown[] = [];
  const telegram = {
    editUserStarSubscription: async (...about: unknown[]) => {
      ended.push(about);
      return true as const;
    },
  };
  expect(await openSubscriptions(telegram, messages).end(USER)).toBe(1);
  expect(ended).toEqual([[Number(USER), 'charge-1', true]]);
});
