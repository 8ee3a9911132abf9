import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ACCOUNT, type AggregateId, type UserId } from '#contracts/ids.ts';
import { DeadLetter } from '#contracts/messages.ts';
import { deadSubject, eventSubject } from '#contracts/subjects.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { asHabitId, asUserId } from '../../support/ids.ts';
import { botConsumerOf, type Fixture, startFixture } from './fixture.ts';

const processes = testProcesses();
let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(processes);
});
afterAll(() => fixture.stop());
vi.setConfig({ testTimeout: 90_000 });
beforeEach(() => fixture.purge());

const about = { id: 'update-1.x.0', at: '2026-11-25T08:00:00.000Z', correlationId: 'u', causationId: 'u' };
const HABIT = asHabitId('aaaaaaaaaaaaa');

type Kind = { what: string; aggregateId: AggregateId; body: unknown; why: RegExp };
/** What may stand in a person's log and is nothing that this version reads. */
const KINDS: Kind[] = [
  {
    what: 'a later version of an event of a habit',
    aggregateId: HABIT,
    body: { ...about, type: 'HabitPaused', version: 99, data: { on: '2026-11-25', until: 'soon' } },
    why: /unknown event HabitPaused version 99/,
  },
  {
    what: 'a new event of the account',
    aggregateId: ACCOUNT,
    body: { ...about, type: 'PlanBought', version: 1, data: {} },
    why: /unknown event PlanBought version 1/,
  },
  {
    what: 'an event whose data has another form',
    aggregateId: ACCOUNT,
    body: { ...about, type: 'DayStartChanged', version: 1, data: { dayStartsAt: 3 } },
    why: /DayStartChanged/,
  },
  { what: 'no JSON', aggregateId: ACCOUNT, body: 'nonsense', why: /no JSON at sequence/ },
  { what: 'null', aggregateId: HABIT, body: null, why: /no event envelope/ },
  {
    what: 'a zone that this Node does not know',
    aggregateId: ACCOUNT,
    body: { ...about, type: 'TimezoneChanged', version: 1, data: { timezone: 'Mars/Olympus' } },
    why: /does not know the zone Mars\/Olympus/,
  },
];

async function letterOf(userId: UserId): Promise<DeadLetter> {
  const { streams } = await jetstreamManager(fixture.nats);
  return eventually(async () => {
    const letter = await streams.getMessage('DEAD', { last_by_subj: deadSubject(botConsumerOf(userId)) });
    if (!letter) throw new Error('no letter yet');
    return DeadLetter.parse(letter.json());
  });
}

const TRY_LATER = translator('en')('try-later');

test.each(KINDS)(
  '$what: its person is told to try later, others are served, and after the upgrade all goes on',
  async ({ aggregateId, body, why }) => {
    const [person, other] = [await fixture.person(), await fixture.person()];
    const userId = asUserId(person.id);
    const sequence = await fixture.put(eventSubject(userId, aggregateId), body);

    await person.say('/help');
    expect((await person.waitForMessage()).text).toBe(TRY_LATER);
    await other.say('/help');
    expect((await other.waitForMessage()).text).toContain('What I can do');
    const { error, deliveries } = await letterOf(userId);
    expect(error).toMatch(why);
    expect(deliveries).toBe(1);

    // What an upgrade does to an event that an older version cannot read, its removal does here: it is read past.
    await fixture.removeEvent(sequence);
    expect((await fixture.dead(['redrive', '--consumer', botConsumerOf(userId)])).code).toBe(0);
    await person.waitForMessage(({ text }) => text?.includes('What I can do') === true);
    await person.say('/today');
    expect((await person.waitForMessage()).text).not.toBe(TRY_LATER);
    await fixture.idle();
  },
);
