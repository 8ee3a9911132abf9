import { jetstreamManager } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { eventsOfUser } from '#contracts/subjects.ts';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { has, linkIn, pay } from '../services/bot/features/premium/fixture.ts';
import { asUserId } from '../support/ids.ts';
import { ROLES, startEndToEndFixture } from './fixture.ts';
import { makeHabit, register } from './journey.ts';

/* A person who pays by the month forgets themselves, through the real processes, each with its own rights alone. */

const processes = testProcesses();
const PATIENCE = { timeoutMs: 120_000 };

test('a payer leaves by /forget_me: no further month is taken, one last message, and /start meets a newcomer', async () => {
  const settings = { PREMIUM_PRICE_STARS: '50', PAYMENT_SUPPORT: '@help' };
  const roles = [...ROLES, 'forgetting'] as const;
  const { telegram, database, nats, stop } = await startEndToEndFixture(
    processes,
    'webhook',
    roles,
    settings,
  );
  try {
    const person = await telegram.person({ id: 5_017, languageCode: 'en', first_name: 'Kim' });
    await register(person);
    await makeHabit(person, 'Run', '09:00');
    await person.say('/premium');
    const offer = await person.waitForMessage(({ reply_markup }) => reply_markup !== undefined, PATIENCE);
    const chargeId = await pay(person, linkIn(offer));
    await person.waitForMessage(has('Your payment has arrived'), PATIENCE);

    await person.say('/forget_me');
    const asked = await person.waitForMessage(has('Delete everything I know about you?'), PATIENCE);
    await person.tap(asked.message_id, { button: 'Delete everything…' });
    await person.waitForEdit(asked.message_id, has('Last question'), PATIENCE);
    await person.tap(asked.message_id, { button: 'Yes, delete it all' });
    const last = await person.waitForMessage(has('Everything I had about you is deleted'), PATIENCE);

    const cancellations = await telegram.requests({ method: 'editUserStarSubscription' });
    expect(cancellations).toHaveLength(1);
    await expect(person.renew(chargeId)).rejects.toThrow('cancelled');
    const { streams } = await jetstreamManager(nats);
    await eventually(async () => {
      expect((await streams.info('FORGETTING')).state.messages).toBe(0);
    }, PATIENCE);
    const filter = { subjects_filter: eventsOfUser(asUserId(person.id)) };
    expect((await streams.info('EVENTS', filter)).state.subjects ?? {}).toEqual({});
    const { rows } = await database.query('SELECT count(*)::int AS count FROM projections.tombstones');
    expect(rows).toEqual([{ count: 1 }]);

    // Nothing was said after the last message, and nothing is known of them.
    const { messages } = await person.chat();
    expect(messages.filter(({ from, message_id }) => from.is_bot && message_id > last.message_id)).toEqual(
      [],
    );
    await register(person);
    const habits = await database.query('SELECT 1 FROM schedules.reminders WHERE user_id = $1', [person.id]);
    expect(habits.rows).toEqual([]);
  } finally {
    await stop();
  }
}, 420_000);
