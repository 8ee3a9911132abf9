import { UnreadableEvent } from '#contracts/events.ts';
import type { HabitId, UserId } from '#contracts/ids.ts';
import type { PageAnswer, PageChange } from '#contracts/page.ts';
import { isStoreFull } from '#services/platform/jetstream/errors.ts';
import type { StoredMessage } from '#services/platform/jetstream/handler.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Forgetting } from '../forgetting.ts';
import type { PageInput } from '../incoming.ts';
import { metadataOf, type People } from '../people.ts';
import { type AddressedCommand, habitOf, type Person } from '../person.ts';
import { changedDays, daysOf, type FollowUp } from '../replies/follow-up.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { pageView } from './view.ts';

/** Says to the calendar page how its change ended. */
export type Pages = { tell(userId: UserId, updateId: number, answer: PageAnswer): void };

export type ChangePorts = {
  people: People;
  throttle: Throttle;
  pages: Pages;
  followUp: FollowUp;
  forgetting: Pick<Forgetting, 'isUnderWay'>;
  clock: Clock;
};

/**
 * Carries out a change of the calendar page, and tells the page how it ended. It is an update like any other: handled in the
 * person's order, counted by the throttle, and once in effect, because a repeated one makes the same decision.
 */
export async function handlePageChange(
  bot: ChangePorts,
  input: PageInput,
  { storedAtMs, tries }: Pick<StoredMessage, 'storedAtMs' | 'tries'>,
): Promise<void> {
  const { userId, updateId } = input;
  const tell = (answer: PageAnswer) => bot.pages.tell(userId, updateId, answer);
  if (bot.throttle.isUnanswered(userId, storedAtMs)) return tell({ outcome: 'throttled' });
  try {
    const [{ verdict }, person, isForgotten] = await Promise.all([
      bot.throttle.decide(userId, { updateId, atMs: storedAtMs, kind: 'tap' }),
      bot.people.read(userId),
      bot.forgetting.isUnderWay(userId),
    ]);
    if (verdict !== 'admitted') return tell({ outcome: 'throttled' });
    if (isForgotten || !canUsePage(person)) return tell({ outcome: 'unregistered' });
    tell(await carryOut(bot, input, { person, tries }));
  } catch (error) {
    if (error instanceof UnreadableEvent) tell({ outcome: 'tryLater' });
    throw error;
  }
}

/** Until a timezone is chosen, nobody knows which date is today. */
export const canUsePage = ({ account }: Person): boolean => account.registered && account.timezone !== null;

async function carryOut(
  bot: ChangePorts,
  { userId, updateId, change }: PageInput,
  { person, tries }: { person: Person; tries: number },
): Promise<PageAnswer> {
  const part = 'habitId' in change ? { only: change.habitId } : {};
  try {
    const commands = commandsFor(change, person);
    const after = await bot.people.carryOut(person, commands, metadataOf(bot, `update-${updateId}`));
    // The chat follows. A repeated update finds nothing changed, and the process before may have died before this.
    const before = tries > 1 ? undefined : person;
    const days = before ? changedDays(commands, before, after) : daysOf(commands);
    await bot.followUp({ userId, updateId, days, shownIn: [], before, after });
    return { outcome: 'done', view: pageView(after, part) };
  } catch (error) {
    if (isStoreFull(error)) return { outcome: 'notSaved' };
    if (!(error instanceof Refusal)) throw error;
    const text = translator(person.account.locale)(`refusal-${error.code}`);
    return { outcome: 'refused', text, view: pageView(person, part) };
  }
}

/** @throws {Refusal} when a habit is none of this person's. */
function commandsFor(change: PageChange, person: Person): AddressedCommand[] {
  const { today } = person;
  if (habitsOf(change).some((habitId) => !habitOf(person, habitId))) throw new Refusal('HabitNotFound');
  switch (change.do) {
    case 'enter': {
      const { habitId, on, value } = change;
      return [{ to: 'habit', habitId, command: { type: 'CheckIn', data: { on, value, today } } }];
    }
    case 'skip': {
      const { habitId, on } = change;
      return [{ to: 'habit', habitId, command: { type: 'SkipDay', data: { on, today } } }];
    }
    case 'clear': {
      const { habitId, on } = change;
      return [{ to: 'habit', habitId, command: { type: 'ClearEntry', data: { on } } }];
    }
    case 'reorder': {
      const { habitIds } = change;
      return [{ to: 'account', command: { type: 'ReorderHabits', data: { habitIds } } }];
    }
  }
}

/** The habits that a change names. */
const habitsOf = (change: PageChange): readonly HabitId[] =>
  change.do === 'reorder' ? change.habitIds : [change.habitId];
