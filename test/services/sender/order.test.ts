import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '#services/platform/process/log.ts';
import type { SendStep } from '#services/sender/delivery/message-state.ts';
import { eventually } from '#test/support/eventually.ts';
import { mostInASecond } from '../platform/rate-limit/sliding-second.ts';
import { type SenderFixture, startSenderFixture } from './fixture.ts';

const _log = createLog('test', 'silent');

describe('several senders and several tiers', () => {
  let fixture: SenderFixture;

  beforeAll(async () => {
    fixture = await startSenderFixture();
  });
  afterEach(() => fixture.settle());
  afterAll(() => fixture?.stop());

  test('two senders share a backlog and send nothing twice', async () => {
    const people = await fixture.crowd(200);
    await Promise.all(
      people.map((person, i) => fixture.remind(person, { tier: i % 2 ? 'engaged' : 'dormant' })),
    );
    const begun: number[] = [];
    const note = (step: SendStep) => {
      if (step === 'begun') begun.push(performance.now());
    };
    await Promise.all([fixture.sender({}, note), fixture.sender({}, note)]);
    await eventually(async () => {
      expect(await fixture.countEnds(people)).toBe(200);
    });
    const chats = (await fixture.telegram.requests({ method: 'sendMessage' })).map(({ chatId }) => chatId);
    expect(new Set(chats)).toEqual(new Set(people.map(({ userId }) => Number(userId))));
    expect(chats).toHaveLength(200);
    // As they left here; what a busy simulator sees later says nothing of the budget.
    expect(mostInASecond(begun)).toBeLessThanOrEqual(516);
  });

  test('better tiers go first, however long the others have waited', async () => {
    const people = await fixture.crowd(25);
    const [dormant, engaged] = [people.slice(0, 20), people.slice(20)];
    const better = new Set(engaged.map(({ userId }) => userId));
    const begun: string[] = [];
    const [first, received, all] = [undefined, undefined, undefined].map(() => Promise.withResolvers<void>());
    let waiting = 0;
    await Promise.all(dormant.map((person) => fixture.remind(person, { tier: 'dormant' })));
    await fixture.sender({ sendRate: 5, bulkRate: 5 }, (step, { userId }) => {
      if (step === 'received' && better.has(userId) && ++waiting === better.size) received?.resolve();
      if (step !== 'begun') return;
      begun.push(userId);
      first?.resolve();
      if (begun.length === people.length) all?.resolve();
    });
    await first?.promise;
    await Promise.all(engaged.map((person) => fixture.remind(person, { tier: 'engaged' })));
    await received?.promise;
    const before = begun.length;
    await all?.promise;
    const last = Math.max(...engaged.map(({ userId }) => begun.indexOf(userId)));
    // Slots of half a second had been booked, three; and a received one is looked at before it waits, which may take two more.
    expect(last).toBeLessThan(before + better.size + 5);
    expect(last).toBeLessThan(people.length - 1);
  });
});
