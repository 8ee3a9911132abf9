import { randomUUID } from 'node:crypto';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HabitId } from '#contracts/ids.ts';
import type { PageChange, PageView } from '#contracts/page.ts';
import { Quota } from '#services/bot/throttle/quota.ts';
import { makeHabit, settledPerson, typesOf } from '#test/services/bot/fixture.ts';
import { type PageFixture, type Reply, startPageFixture } from './fixture.ts';

let fixture: PageFixture;
let replica: Awaited<ReturnType<PageFixture['bot']['replica']>>;
beforeAll(async () => {
  fixture = await startPageFixture();
  replica = await fixture.bot.replica();
});
afterAll(() => fixture.stop());

/** A person with one habit, and their page. */
async function personWithHabit(name = 'Run') {
  const person = await settledPerson(fixture.bot);
  await makeHabit(fixture.bot, person, name);
  // What setting up took from the minute's requests does not count here.
  fixture.bot.pass(61_000);
  const { answer } = await fixture.view(person.id);
  const view = answer.view as PageView;
  const habitId = HabitId.parse(view.habitIds[0]);
  return { person, view, habitId, on: view.today };
}

const daysOf = async (id: number) =>
  (await fixture.bot.events(id)).filter(({ type }) => /CheckedIn|Skipped|Cleared/.test(type));
/** The mark of today in a view. */
const todays = (view: PageView | undefined) => view?.habits[0]?.years[view.today.slice(0, 4)]?.marks.at(-1);

describe('views', () => {
  it('shows the habits of the person, the date by their clock, and the years asked for', async () => {
    const { person, view, habitId } = await personWithHabit();
    expect(view).toMatchObject({
      locale: 'en',
      habitIds: [habitId],
      habits: [{ name: 'Run', kind: 'yesNo' }],
    });
    const year = Number(view.today.slice(0, 4));
    expect(Object.keys(view.habits[0]?.years ?? {})).toEqual([String(year - 1), String(year)]);
    const { answer } = await fixture.view(person.id, `${year - 5}`);
    expect(Object.keys(answer.view?.habits[0]?.years ?? {})).toEqual([String(year - 5)]);
  });

  it('are nothing to one who never pressed Start', async () => {
    const { status, answer } = await fixture.view(99_001);
    expect([status, answer]).toEqual([403, { outcome: 'unregistered' }]);
  });

  it.each(['', 'abc', '2026;2025', '1969', '10000', '2021,2022,2023,2024'])(
    'of years "%s" are refused',
    async (years) => {
      const initData = fixture.initDataOf(99_002);
      expect((await fixture.call(`/app/api/view?years=${years}`, { initData })).status).toBe(400);
    },
  );
});

describe('changes', () => {
  it('are events of the person, and the answer shows the state after them', async () => {
    const { person, habitId, on } = await personWithHabit();
    const done = await fixture.change(person.id, { do: 'enter', habitId, on, value: 1 });
    expect(done.status).toBe(200);
    expect(todays(done.answer.view)).toBe('d');
    expect(done.answer.view?.habits[0]).toMatchObject({
      strength: 5,
      strengthChange: 5,
      streak: '🌱 Day one of a new streak',
    });
    expect(todays((await fixture.change(person.id, { do: 'skip', habitId, on })).answer.view)).toBe('s');
    expect(
      todays((await fixture.change(person.id, { do: 'enter', habitId, on, value: 0 })).answer.view),
    ).toBe('x');
    expect(todays((await fixture.change(person.id, { do: 'clear', habitId, on })).answer.view)).toBe(
      undefined,
    );
    expect(await daysOf(person.id)).toEqual([
      { type: 'HabitCheckedIn', data: { on, value: 1 } },
      { type: 'HabitSkipped', data: { on } },
      { type: 'HabitCheckedIn', data: { on, value: 0 } },
      { type: 'EntryCleared', data: { on } },
    ]);
  });

  it('with one key happen once, side by side and one after the other, whatever came in between', async () => {
    const { person, habitId, on } = await personWithHabit();
    const key = randomUUID();
    const enter = { do: 'enter', habitId, on, value: 1 } as const;
    const replies = await Promise.all([1, 2, 3].map(() => fixture.change(person.id, enter, key)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    await fixture.change(person.id, { do: 'clear', habitId, on });
    const again = await fixture.change(person.id, enter, key);
    expect([again.status, todays(again.answer.view)]).toEqual([200, undefined]);
    expect((await daysOf(person.id)).map(({ type }) => type)).toEqual(['HabitCheckedIn', 'EntryCleared']);
  });

  it('put habits in another order, for the chat too', async () => {
    const { person, habitId: run } = await personWithHabit('Run');
    await makeHabit(fixture.bot, person, 'Alphabet');
    fixture.bot.pass(61_000);
    const before = (await fixture.view(person.id)).answer.view?.habitIds ?? [];
    expect(before.at(-1)).toBe(run);
    const { answer } = await fixture.change(person.id, {
      do: 'reorder',
      habitIds: [run, ...before.slice(0, 1)],
    });
    expect(answer.view?.habitIds).toEqual([run, ...before.slice(0, 1)]);
    expect(await typesOf(fixture.bot, person)).toContain('HabitsReordered');
  });

  it('of a day to come are refused in words, and change nothing', async () => {
    const { person, habitId } = await personWithHabit();
    const { status, answer } = await fixture.change(person.id, {
      do: 'enter',
      habitId,
      on: '2999-01-01',
      value: 1,
    });
    expect([status, answer.outcome]).toEqual([409, 'refused']);
    expect(answer.text).toMatch(/\w/);
    expect(await daysOf(person.id)).toEqual([]);
  });

  it("never touch another person's habit", async () => {
    const owner = await personWithHabit();
    const other = await personWithHabit();
    const changes: PageChange[] = [
      { do: 'enter', habitId: owner.habitId, on: owner.on, value: 1 },
      { do: 'clear', habitId: owner.habitId, on: owner.on },
      { do: 'reorder', habitIds: [other.habitId, owner.habitId] },
    ];
    for (const change of changes) {
      const { status, answer } = await fixture.change(other.person.id, change);
      expect([status, answer.outcome, answer.view?.habitIds]).toEqual([409, 'refused', [other.habitId]]);
    }
    expect(await daysOf(owner.person.id)).toEqual([]);
    expect(await typesOf(fixture.bot, other.person)).not.toContain('HabitsReordered');
  });

  it("count with the chat's requests: the one beyond them is not taken, views are", async () => {
    const { person, habitId, on } = await personWithHabit();
    const replies: Reply[] = [];
    while (replies.at(-1)?.status !== 429 && replies.length < 300)
      replies.push(await fixture.change(person.id, { do: 'enter', habitId, on, value: replies.length % 2 }));
    const [last, ...taken] = replies.toReversed();
    expect([last?.status, last?.answer, last?.headers.get('retry-after')]).toEqual([
      429,
      { outcome: 'throttled' },
      '15',
    ]);
    expect(taken.length).toBeGreaterThan(10);
    expect(new Set(taken.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await daysOf(person.id)).toHaveLength(taken.length);
    const kept = await (await new Kvm(fixture.bot.nats).open('throttle')).get(String(person.id));
    const counted = Quota.parse(kept?.json()).taken.filter(([updateId]) => updateId < 0);
    expect(counted).toHaveLength(taken.length);
    expect((await fixture.view(person.id)).status).toBe(200);
    await person.say('/today');
    await fixture.bot.settled();
    expect((await person.chat()).messages.at(-1)?.text).not.toContain('Run');
  });
});

describe('while no bot runs', () => {
  it('views are said to be away, and a change waits in UPDATES: asked for again by its key it has happened once', async () => {
    const { person, habitId, on } = await personWithHabit();
    await replica.stop();
    const view = await fixture.view(person.id);
    expect([view.status, view.answer.outcome, view.headers.get('retry-after')]).toEqual([503, 'away', '2']);
    const key = randomUUID();
    const change = { do: 'enter', habitId, on, value: 1 } as const;
    const waiting = await fixture.change(person.id, change, key);
    expect([waiting.status, waiting.answer]).toEqual([503, { outcome: 'pending' }]);
    replica = await fixture.bot.replica();
    await fixture.bot.settled();
    const handled = await fixture.change(person.id, change, key);
    expect([handled.status, todays(handled.answer.view)]).toEqual([200, 'd']);
    expect(await daysOf(person.id)).toEqual([{ type: 'HabitCheckedIn', data: { on, value: 1 } }]);
  });
});
