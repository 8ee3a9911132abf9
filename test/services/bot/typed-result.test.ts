import fc from 'fast-check';
import { expect, test } from 'vitest';
import { render } from '#services/bot/conversation/render.ts';
import type { Rendered } from '#services/bot/conversation/render-context.ts';
import * as account from '#services/bot/domain/account.ts';
import { decide } from '#services/bot/domain/habit.ts';
import { initialState } from '#services/bot/domain/habit-state.ts';
import { Refusal } from '#services/bot/domain/refusal.ts';
import { type AddressedCommand, habitOf, type Person } from '#services/bot/person.ts';
import { reference } from './conversation/fixture.ts';
import { dialogs, handled, message, people, reply_to_message } from './every-dialog.ts';
import { mixedTexts, WORST_PIECES } from './worst-texts.ts';

/** What each dialog takes, with something bad before, within or behind it. */
const spoiltTexts = fc
  .tuple(
    fc.constantFrom('Read', '20 pages', '9:30', '22-7', 'Berlin', 'in 40 min', '1.12-14.12', 'tomorrow at 7'),
    fc.constantFrom(...WORST_PIECES),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([text, piece, share]) => {
    const at = Math.round(share * text.length);
    return text.slice(0, at) + piece + text.slice(at);
  });

/** Postgres and NATS take no character zero and no half of a character. JSON writes both as escapes. */
const expectStorable = (what: unknown) => expect(JSON.stringify(what)).not.toMatch(/\\u(0000|d[89a-f])/i);

/** Telegram's bounds. */
function expectSendable({ text, entities, reply_markup: markup }: Rendered): void {
  expect(text.isWellFormed() && text.length > 0 && text.length <= 4096).toBe(true);
  for (const { offset, length } of entities) expect(offset + length).toBeLessThanOrEqual(text.length);
  if (!markup || !('inline_keyboard' in markup)) return;
  for (const button of markup.inline_keyboard.flat()) {
    expect(button.text.isWellFormed() && button.text.length > 0).toBe(true);
    if ('callback_data' in button) expect(Buffer.byteLength(button.callback_data)).toBeLessThanOrEqual(64);
  }
}

/** The events of a command; a refusal is an answer too. */
function decided(addressed: AddressedCommand, person: Person): readonly object[] {
  try {
    if (addressed.to === 'account') return account.decide(addressed.command, person.account);
    return decide(addressed.command, habitOf(person, addressed.habitId) ?? initialState());
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

test('whatever is typed in whatever dialog, what is made of it can be stored and shown', () => {
  let shown = 0;
  let events = 0;
  fc.assert(
    fc.property(
      fc.oneof(mixedTexts, spoiltTexts),
      fc.constantFrom(...dialogs),
      fc.constantFrom(...people),
      fc.boolean(),
      (text, dialog, person, isReply) => {
        const step = handled(message({ text, ...(isReply && { reply_to_message }) }), dialog, person);
        expectStorable([step.dialog, step.shows]);
        for (const show of step.shows) {
          expectSendable(render(show, person, reference.places));
          shown++;
        }
        for (const event of step.commands.flatMap((each) => decided(each, person))) {
          expectStorable(event);
          events++;
        }
      },
    ),
    { numRuns: 1_500 },
  );
  expect(shown).toBeGreaterThan(1_200);
  expect(events).toBeGreaterThan(10);
}, 120_000);
