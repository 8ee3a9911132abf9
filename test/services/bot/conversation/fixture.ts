import type { Locale } from '#contracts/account-events.ts';
import type { DomainEvent } from '#contracts/events.ts';
import { inOrder } from '#contracts/habit-order.ts';
import { type HabitId, habitIdFrom } from '#contracts/ids.ts';
import { type Card, type Dialog, IDLE } from '#services/bot/conversation/dialog.ts';
import { next } from '#services/bot/conversation/next.ts';
import { openReferenceData } from '#services/bot/conversation/reference-data.ts';
import { render } from '#services/bot/conversation/render.ts';
import type { Rendered } from '#services/bot/conversation/render-context.ts';
import type { Step } from '#services/bot/conversation/step.ts';
import { type Tap, tapData } from '#services/bot/conversation/taps.ts';
import * as account from '#services/bot/domain/account.ts';
import * as habit from '#services/bot/domain/habit.ts';
import * as habitState from '#services/bot/domain/habit-state.ts';
import type { Input } from '#services/bot/incoming.ts';
import type { AddressedCommand, Person } from '#services/bot/person.ts';
import { readCommand } from '#services/bot/reading/command.ts';
import { localDateAt } from '#services/platform/local-time/local-time.ts';
import { typed } from '#test/support/typed.ts';
import { asUserId } from '../../../support/ids.ts';

export const NOW_MS = Date.parse('2026-11-25T09:30:00Z');
export const TODAY = '2026-11-25';
export const USER = asUserId('42');

export const reference = openReferenceData();

/** A conversation without any server: the pure function, and the domain that carries out its commands. */
export type Conversation = {
  readonly person: Person;
  readonly dialog: Dialog;
  /** Everything recorded so far. */
  readonly events: DomainEvent[];
  say(text: string): Step;
  /** Makes a habit at once, without the dialog that leads to it. */
  define(definition: Extract<habit.Command, { type: 'DefineHabit' }>['data']): HabitId;
  input(input: Input, locale?: Locale): Step;
  /** A reminder was sent in the last hours. */
  reminded(card: Card): void;
  tap(tap: Tap | string, message?: { messageId: number; data: string[] }): Step;
  /** What the person sees of a step's screens. */
  seen(step: Step): Rendered[];
};

export function converse(nowMs = NOW_MS): Conversation {
  let dialog: Dialog = IDLE;
  let person: Person = { userId: USER, account: account.initialState(), habits: [], nowMs, today: TODAY };
  const events: DomainEvent[] = [];
  let updateId = 100;
  let lastReminder: Card | undefined;

  function carryOut(addressed: AddressedCommand): void {
    if (addressed.to === 'account') {
      const decided = account.decide(addressed.command, person.account);
      events.push(...decided);
      const state = decided.reduce(account.evolve, person.account);
      person = {
        ...person,
        account: state,
        habits: inOrder(person.habits, state.habitOrder),
        today: localDateAt(nowMs, state.timezone ?? 'UTC', state.dayStartsAt),
      };
      return;
    }
    const { habitId, command } = addressed;
    const before = person.habits.find((each) => each.habitId === habitId)?.state ?? habitState.initialState();
    const decided = habit.decide(command, before);
    events.push(...decided);
    const others = person.habits.filter((each) => each.habitId !== habitId);
    const state = decided.reduce(habitState.evolve, before);
    const present = state.deleted ? others : [...others, { habitId, state }];
    person = { ...person, habits: inOrder(present, person.account.habitOrder) };
  }

  function input(given: Input, locale: Locale = 'en'): Step {
    updateId++;
    const context = {
      input: given,
      locale,
      newHabitId: habitIdFrom(USER, updateId),
      reference,
      lastReminder,
    };
    const step = next(dialog, context, person);
    step.commands.forEach(carryOut);
    dialog = step.dialog;
    return step;
  }

  return {
    get person() {
      return person;
    },
    get dialog() {
      return dialog;
    },
    events,
    define(data) {
      updateId++;
      const habitId = habitIdFrom(USER, updateId);
      carryOut({ to: 'habit', habitId, command: { type: 'DefineHabit', data } });
      return habitId;
    },
    input,
    reminded(card) {
      lastReminder = card;
    },
    say(text) {
      const command = readCommand(typed(text));
      return input(command ? { kind: 'command', ...command } : { kind: 'text', text: typed(text) });
    },
    tap(tap, message = { messageId: 7, data: [] }) {
      const data = typeof tap === 'string' ? tap : tapData(tap);
      return input({ kind: 'tap', callbackId: 'c', data, message });
    },
    seen: (step) => step.shows.map((show) => render(show, person, reference.places)),
  };
}

/** A person who has chosen a timezone, and no habit yet. */
export function settled(nowMs = NOW_MS): Conversation {
  const conversation = converse(nowMs);
  conversation.say('/start');
  conversation.say('Europe/Berlin');
  conversation.say('/cancel');
  conversation.events.length = 0;
  return conversation;
}

/** A person with a habit, `Read` every day unless said otherwise. */
export function withHabit(
  goal: 'yesNo' | 'numeric' = 'yesNo',
  nowMs = NOW_MS,
): Conversation & { habitId: HabitId } {
  const conversation = settled(nowMs);
  conversation.say('/new');
  conversation.say(goal === 'numeric' ? 'Read 20 pages' : 'Read');
  conversation.tap({ tap: 'often', how: 'daily' });
  conversation.tap({ tap: 'draftTime', at: '09:00' });
  conversation.tap({ tap: 'create' });
  conversation.events.length = 0;
  return Object.assign(Object.create(null, Object.getOwnPropertyDescriptors(conversation)), {
    habitId: conversation.person.habits[0]?.habitId,
  });
}
