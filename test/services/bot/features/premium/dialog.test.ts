import { describe, expect, it } from 'vitest';
import type { AccountEvent } from '#contracts/events.ts';
import { habitIdFrom } from '#contracts/ids.ts';
import { type Dialog, IDLE } from '#services/bot/conversation/dialog.ts';
import { next } from '#services/bot/conversation/next.ts';
import { render } from '#services/bot/conversation/render.ts';
import type { Step } from '#services/bot/conversation/step.ts';
import { type Tap, tapData } from '#services/bot/conversation/taps.ts';
import type { StarsAnswer } from '#services/bot/conversation/update-context.ts';
import { evolve } from '#services/bot/domain/account.ts';
import { initialState } from '#services/bot/domain/habit-state.ts';
import type { Input } from '#services/bot/incoming.ts';
import type { Person } from '#services/bot/person.ts';
import { NOW_MS, reference, settled, USER } from '../../conversation/fixture.ts';

const PLAN = { stars: 50, freeHabits: 2, freeReminders: 1, support: '@help' };
const LINK: StarsAnswer = { did: 'link', link: 'https://t.me/$abc' };
const RENEWAL: StarsAnswer = { did: 'renewal', chargeId: 'a' };
const until = (days: number) => new Date(NOW_MS + days * 86_400_000).toISOString();

const granted = (days = 30): AccountEvent => ({
  type: 'PremiumGranted',
  data: { chargeId: 'a', untilAt: until(days), stars: 50, recurring: true, first: true },
});
const CANCELLED: AccountEvent = { type: 'PremiumCancelled', data: { chargeId: 'a' } };

/** A person with so many habits, to whom these events happened. */
function personWith({ habits = 0, reminders = 0 } = {}, ...events: AccountEvent[]): Person {
  const { person } = settled();
  const times = Array.from({ length: reminders }, (_, i) => ({
    at: `0${i + 1}:00`,
    weekdays: [1, 2, 3, 4, 5, 6, 7],
  }));
  return {
    ...person,
    account: events.reduce(evolve, person.account),
    habits: Array.from({ length: habits }, (_, i) => ({
      habitId: habitIdFrom(USER, i),
      state: { ...initialState(), defined: true, name: `Habit ${i}`, reminders: times },
    })),
  };
}

type Given = { person?: Person; stars?: StarsAnswer; plan?: typeof PLAN | undefined; dialog?: Dialog };

function step(input: Input, { person = personWith(), stars, dialog = IDLE, ...rest }: Given = {}): Step {
  const plan = 'plan' in rest ? rest.plan : PLAN;
  const context = { input, locale: 'en' as const, newHabitId: habitIdFrom(USER, 999) };
  return next(dialog, { ...context, reference: { ...reference, plan }, stars }, person);
}
const command = (name: string, given: Given = {}) => step({ kind: 'command', name }, given);
const tap = (what: Tap, given: Given = {}) =>
  step({ kind: 'tap', callbackId: 'c', data: tapData(what), message: { messageId: 7, data: [] } }, given);

/** What is shown last, with the labels of its buttons. */
function seen({ shows }: Step, person = personWith(), locale: 'en' | 'ru' = 'en') {
  const show = shows.at(-1);
  if (!show) return { text: '', buttons: [] };
  const inLocale = { ...person, account: { ...person.account, locale } };
  const { text, reply_markup: markup } = render(show, inLocale, reference.places);
  const rows = markup && 'inline_keyboard' in markup ? markup.inline_keyboard.flat() : [];
  return { text, buttons: rows.map((each) => each.text) };
}

describe('/premium', () => {
  it('is no command at all while nothing is sold, and nothing is limited then', () => {
    const off = { plan: undefined };
    const unknown = seen(command('nonsense', off));
    for (const name of ['premium', 'paysupport']) expect(seen(command(name, off))).toEqual(unknown);
    const person = personWith({ habits: 30 });
    expect(command('new', { ...off, person }).dialog).toMatchObject({ at: 'newHabit' });
  });

  it('says what it is and what it costs, in both languages, with a link to pay', () => {
    const offered = command('premium', { stars: LINK });
    const { text, buttons } = seen(offered);
    expect(text).toContain('More than 2 habits, and more than 1 reminder for each');
    expect(text).toContain('50 Telegram Stars for 30 days');
    expect(buttons).toEqual(['⭐ Pay 50']);
    expect(seen(offered, personWith(), 'ru').text).toContain('50 звёзд Telegram за 30 дней');
    expect(offered.commands).toEqual([]);
  });

  it('says so when Telegram gives no link', () => {
    expect(seen(command('premium', { stars: { did: 'nothing' } })).text).toContain(
      'aren’t responding right now',
    );
  });

  it('of a person who has it says until when, and lets them cancel after a question', () => {
    const person = personWith({}, granted());
    const shown = seen(command('premium', { person }), person);
    expect(shown.text).toContain('paid until December 25. Telegram will renew it');
    expect(shown.buttons).toEqual(['Cancel the renewal']);
    const asked = tap({ tap: 'askRenewalOff' }, { person });
    expect(asked.commands).toEqual([]);
    expect(seen(asked, person).text).toContain('You’ll keep premium until December 25');
    const done = tap({ tap: 'renewalOff' }, { person, stars: RENEWAL });
    expect(done.commands).toEqual([
      { to: 'account', command: { type: 'CancelPremium', data: { chargeId: 'a' } } },
    ]);
    const after = personWith({}, granted(), CANCELLED);
    expect(seen(done, after)).toEqual({
      text: '⭐ You have premium until December 25. It won’t be renewed.',
      buttons: ['Allow the renewal again'],
    });
  });

  it('is not said to be renewed before the person has turned that on in Telegram', () => {
    const person = personWith({}, granted(), CANCELLED);
    const allowed = tap({ tap: 'renewalOn' }, { person, stars: RENEWAL });
    expect(allowed.commands).toEqual([]);
    const { text } = seen(allowed, person);
    expect(text).toContain('Now turn the renewal on in Telegram');
    expect(text).toContain('It won’t be renewed.');
    expect(tap({ tap: 'renewalOn' }, { person, stars: { did: 'nothing' } }).shows).toEqual([]);
  });

  it('records no cancellation that Telegram did not make, nor one of a person who never paid', () => {
    const person = personWith({}, granted());
    const away = tap({ tap: 'renewalOff' }, { person, stars: { did: 'nothing' } });
    expect(away).toMatchObject({ commands: [], shows: [], toast: { key: 'toast-stars-away' } });
    expect(tap({ tap: 'renewalOff' })).toMatchObject({ commands: [], toast: { key: 'toast-stale' } });
    expect(tap({ tap: 'askRenewalOff' })).toMatchObject({ commands: [], toast: { key: 'toast-stale' } });
  });

  it('ends by itself when its time is over, and can be had again', () => {
    const person = personWith({}, granted(-1));
    const { text, buttons } = seen(command('premium', { person, stars: LINK }), person);
    expect(text).toContain('Your premium ended on November 24.');
    expect(buttons).toEqual(['⭐ Pay 50']);
    const sold = { plan: undefined, person };
    expect(seen(command('premium', sold), person).text).toContain('Your premium ended on November 24.');
  });

  it('help with a payment names the last one', () => {
    const person = personWith({}, granted());
    const { text } = seen(command('paysupport', { person }), person);
    expect(text).toContain('@help');
    expect(text).toContain('(please include it): a');
    expect(seen(command('paysupport')).text).toContain('@help');
  });
});

describe('without premium', () => {
  const withHabit = (habits: number, ...events: AccountEvent[]) => ({
    person: personWith({ habits }, ...events),
  });

  it('a habit beyond what is free is not begun, by command or button; the offer is a button away', () => {
    expect(command('new', withHabit(1)).dialog).toMatchObject({ at: 'newHabit' });
    for (const limited of [command('new', withHabit(2)), tap({ tap: 'newHabit' }, withHabit(2))]) {
      expect(limited.dialog).toEqual(IDLE);
      const { text, buttons } = seen(limited);
      expect(text).toContain('2 habits at a time are free');
      expect(buttons).toEqual(['⭐ Premium']);
    }
    expect(command('new', withHabit(2, granted())).dialog).toMatchObject({ at: 'newHabit' });
    expect(command('new', withHabit(2, granted(-1))).dialog).toEqual(IDLE);
  });

  it('one that was begun in time is kept as it is when it cannot be made, to be made after paying', () => {
    const draft = { name: 'Read', goal: { kind: 'yesNo' as const }, often: 'daily' as const };
    const dialog: Dialog = { at: 'newHabit', step: 'confirm', draft: { ...draft, weekdays: [], times: [] } };
    const limited = tap({ tap: 'create' }, { ...withHabit(2), dialog });
    expect(limited).toMatchObject({
      dialog,
      commands: [],
      shows: [{ screen: { screen: 'limit', of: 'habits' } }],
    });
    expect(tap({ tap: 'create' }, { ...withHabit(2, granted()), dialog }).commands).toHaveLength(1);
    expect(tap({ tap: 'create' }, { ...withHabit(1), dialog }).commands).toHaveLength(1);
  });

  it('the archive is no way round: restoring counts, archiving makes room', () => {
    const person = personWith({ habits: 3 });
    const [first, ...others] = person.habits;
    if (!first) throw new Error('no habit');
    const archived = { ...first, state: { ...first.state, archived: true } };
    const restore = tap(
      { tap: 'restore', habitId: first.habitId },
      { person: { ...person, habits: [archived, ...others] } },
    );
    expect(restore.shows).toMatchObject([{ screen: { screen: 'limit', of: 'habits', most: 2 } }]);
    const fewer = { ...person, habits: [archived, ...others.slice(1)] };
    expect(tap({ tap: 'restore', habitId: first.habitId }, { person: fewer }).commands).toHaveLength(1);
  });

  it('a reminder beyond what is free is not added; those that are there stay and can be changed', () => {
    const person = personWith({ habits: 1, reminders: 2 });
    const habitId = habitIdFrom(USER, 0);
    const more = tap({ tap: 'remind', habitId, at: '09:00' }, { person });
    expect(more).toMatchObject({ commands: [], shows: [{ screen: { screen: 'limit', of: 'reminders' } }] });
    const changed = tap({ tap: 'remindOn', habitId, at: '01:00', weekdays: [1] }, { person });
    expect(changed.commands).toMatchObject([{ command: { type: 'ScheduleReminder' } }]);
    const draft = { name: 'Read', often: 'daily' as const, weekdays: [], times: ['08:00'] };
    const dialog: Dialog = { at: 'newHabit', step: 'times', draft: { ...draft, goal: { kind: 'yesNo' } } };
    expect(tap({ tap: 'draftTime', at: '09:00' }, { dialog }).dialog).toEqual(dialog);
  });

  it('a habit of many reminders keeps all that it has when premium is over', () => {
    const person = personWith({ habits: 30, reminders: 9 }, granted(-1));
    expect(command('today', { person }).commands).toEqual([]);
    expect(seen(command('today', { person }), person).text).not.toContain('free');
  });
});
