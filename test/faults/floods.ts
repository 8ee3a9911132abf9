import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { BOT_CONSUMER_COUNT } from '#contracts/consumers.ts';
import { partitionOf } from '#contracts/ids.ts';
import { updateSubject } from '#contracts/subjects.ts';
import { asUserId } from '#test/support/ids.ts';
import type { FaultFixture } from './fixture.ts';

/*
 * What people may do all at once. Each flood is told how many in a thousand of its full size come.
 */

export type Flood = {
  name: string;
  /** How long others waited in it when replies left in the order of their updates, ms. */
  heldUpMs: number;
  /** How long each of its answers takes at the fastest, ms: by one chat's limit, or by that of all. */
  answerMs: number;
  /** Ids of people who take no part, and whom it might hold up most. */
  bystanders(count: number): number[];
  /** Resolves when all its updates are stored. */
  begin(fixture: Pick<FaultFixture, 'telegram' | 'connection'>, perMille: number): Promise<void>;
};

const FLOODER = 2_000_001;
const FIRST_BYSTANDER = 3_000_000;
const FIRST_UPDATE = 3_000_000_000;
const AT_ONCE = 256;
const COMMANDS = ['/help', '/today', '/habits', '/settings', '/start'];

export const isFlooder = (id: number): boolean => id >= FLOODER && id < FIRST_BYSTANDER;

const consumerOf = (id: number) => partitionOf(asUserId(id)) % BOT_CONSUMER_COUNT;
const anybody = (count: number) => Array.from({ length: count }, (_, i) => FIRST_BYSTANDER + i);

/** Half of them share the consumer of the flooder. */
function neighbours(count: number): number[] {
  const near: number[] = [];
  for (let id = FIRST_BYSTANDER + count; near.length < count / 2; id++)
    if (consumerOf(id) === consumerOf(FLOODER)) near.push(id);
  return [...near, ...anybody(Math.floor(count / 2))];
}

/** Stores messages as ingress would have: what is watched is how they are answered. */
async function store(nats: NatsConnection, all: readonly { from: number; text: string }[]): Promise<void> {
  const js = jetstream(nats);
  const date = Math.floor(Date.now() / 1000);
  const updates = all.map(({ from: id, text }, n) => {
    const from = { id, is_bot: false, first_name: 'Flood', language_code: 'en' };
    const chat = { id, type: 'private', first_name: 'Flood' };
    const message = { message_id: 10 + n, date, from, chat, text };
    return { subject: updateSubject(asUserId(id)), body: { update_id: FIRST_UPDATE + n, message } };
  });
  for (let i = 0; i < updates.length; i += AT_ONCE) {
    const some = updates.slice(i, i + AT_ONCE);
    await Promise.all(
      some.map(({ subject, body }) =>
        js.publish(subject, JSON.stringify(body), { msgID: String(body.update_id) }),
      ),
    );
  }
}

const commandOf = (n: number) => COMMANDS[n % COMMANDS.length] ?? '/help';
const scaled = (full: number, perMille: number) => Math.max(1, Math.round((full * perMille) / 1000));

export const floods: readonly Flood[] = [
  {
    name: 'one person with 10,000 messages',
    heldUpMs: 37_000,
    answerMs: 1_000,
    bystanders: neighbours,
    async begin({ telegram, connection }, perMille) {
      await telegram.crowd(FLOODER, 1);
      const texts = Array.from({ length: scaled(10_000, perMille) }, (_, n) => commandOf(n));
      await store(
        connection,
        texts.map((text) => ({ from: FLOODER, text })),
      );
    },
  },
  {
    name: '64 people with 28 messages each',
    heldUpMs: 63_000,
    answerMs: 1_000 / 30,
    bystanders: anybody,
    async begin({ telegram, connection }, perMille) {
      const count = scaled(64, perMille);
      await telegram.crowd(FLOODER, count);
      const all = Array.from({ length: count * 28 }, (_, n) => ({
        from: FLOODER + (n % count),
        text: commandOf(Math.floor(n / count)),
      }));
      await store(connection, all);
    },
  },
  {
    name: '3,000 newcomers at once',
    heldUpMs: 108_000,
    answerMs: 1_000 / 30,
    bystanders: anybody,
    async begin({ telegram, connection }, perMille) {
      const count = scaled(3_000, perMille);
      await telegram.crowd(FLOODER, count);
      await store(
        connection,
        Array.from({ length: count }, (_, n) => ({ from: FLOODER + n, text: '/start' })),
      );
    },
  },
];
