import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callbackFields, habitButtonData } from '#contracts/callback-data.ts';
import type { Input } from '#services/bot/incoming.ts';
import { AMOUNT_LENGTH } from '#services/bot/reading/amount.ts';
import { LINE_LENGTH } from '#services/bot/reading/habit-line/habit-line.ts';
import { NAME_TYPED_LENGTH } from '#services/bot/reading/habit-name.ts';
import { PHRASE_LENGTH } from '#services/bot/reading/plain-words.ts';
import { TIME_LENGTH } from '#services/bot/reading/time-of-day.ts';
import { typed } from '#test/support/typed.ts';
import { workOf } from '#test/support/work.ts';
import { TODAY } from './conversation/fixture.ts';
import {
  cardOf,
  chat,
  day,
  dialogs,
  from,
  habitId,
  handled,
  message,
  reply_to_message,
} from './every-dialog.ts';
import { LONGEST_TEXT, mixedTexts, WORST_PIECES, worstTexts } from './worst-texts.ts';

/** Characters looked at for a text that is too long for every reader, or for data that no button carries. */
const UNREAD_WORK = 500;
/**
 * Characters looked at for one that is read: the eighty of the longest wait, by each of some hundred patterns, and an answer
 * that may begin at each of five places.
 */
const MOST_WORK = 16_000;
const MOST_WORK_OF_A_BUTTON = 500;
/** What one input leaves in `dialogs` and in the log, as JSON. */
const MOST_BYTES = 2_048;
const MOST_BYTES_OF_A_BUTTON = 150;

/** The most that any of `updates` costs in any dialog, and the most that one stores. */
function costliest(updates: readonly object[]) {
  let characters = 0;
  let bytes = 0;
  for (const dialog of dialogs) {
    // The first use of a schema compiles it, which is no work of an input.
    for (const update of updates.slice(0, 2)) handled(update, dialog);
    for (const update of updates) {
      const { result, characters: these } = workOf(() => handled(update, dialog));
      characters = Math.max(characters, these);
      bytes = Math.max(bytes, Buffer.byteLength(JSON.stringify(result)));
    }
  }
  return { characters, bytes };
}

test(`whatever ${LONGEST_TEXT} characters are typed, next to nothing of them is looked at, in every dialog`, () => {
  const updates = worstTexts(LONGEST_TEXT).flatMap((text) => [
    message({ text }),
    message({ text, reply_to_message }),
  ]);
  expect(updates.length).toBeGreaterThan(400);
  const { characters, bytes } = costliest(updates);
  expect(characters).toBeLessThan(UNREAD_WORK);
  expect(bytes).toBeLessThan(MOST_BYTES);
});

test('a text just short enough to be read is read in a few passes', () => {
  for (const length of [TIME_LENGTH, AMOUNT_LENGTH, PHRASE_LENGTH, NAME_TYPED_LENGTH, LINE_LENGTH]) {
    const { characters, bytes } = costliest(worstTexts(length).map((text) => message({ text })));
    expect(characters).toBeLessThan(MOST_WORK);
    expect(bytes).toBeLessThan(MOST_BYTES);
  }
});

test('the worst pieces in any mixture and length cost no more', () => {
  fc.assert(
    fc.property(mixedTexts, fc.constantFrom(...dialogs), fc.boolean(), (text, dialog, isReply) => {
      const update = message({ text, ...(isReply && { reply_to_message }) });
      const { result, characters } = workOf(() => handled(update, dialog));
      expect(characters).toBeLessThan(MOST_WORK);
      expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(MOST_BYTES);
    }),
    { numRuns: 3_000 },
  );
}, 120_000);

test('callback data of any length and kind is looked at no further than a button can carry', () => {
  const heads = [
    '',
    'done:',
    'amount:',
    'wait:',
    'zone:',
    'away:',
    'admin:send:',
    `remindOn:${habitId}:0900:`,
  ];
  const data = heads.flatMap((head) =>
    [...WORST_PIECES, `${habitId}:`, `${TODAY}:`, '0900:'].map((piece) => head + piece.repeat(LONGEST_TEXT)),
  );
  const message = { message_id: 9, date: 1, chat, reply_markup: cardOf(1) };
  const { characters, bytes } = costliest(
    data.map((each) => ({ update_id: 1, callback_query: { id: 'c', from, data: each, message } })),
  );
  expect(characters).toBeLessThan(UNREAD_WORK);
  expect(bytes).toBeLessThan(MOST_BYTES);
});

test('a card of as many buttons as there can be is read once each, and what is stored of it is bounded', () => {
  const tapped = habitButtonData({ action: 'later', ...day });
  const message = { message_id: 9, date: 1, chat, reply_markup: cardOf(150) };
  const update = { update_id: 1, callback_query: { id: 'c', from, data: tapped, message } };
  const { characters, bytes } = costliest([update]);
  expect(characters).toBeLessThan(100 * MOST_WORK_OF_A_BUTTON);
  expect(bytes).toBeLessThan(100 * MOST_BYTES_OF_A_BUTTON);
});

test('a typed text is no string: a reader that does not bound it does not compile', () => {
  const text = typed('22-7');
  // @ts-expect-error: normalising comes after bounding
  expect(text.normalize('NFKC')).toBe('22-7');
  // @ts-expect-error: so does matching
  expect(/^22/.exec(text)?.[0]).toBe('22');
  // @ts-expect-error: and what takes a string takes no typed text
  expect(callbackFields(text)).toEqual(['22-7']);
});

type StringField<T> = T extends unknown
  ? { [K in keyof T]-?: T[K] extends string | undefined ? K : never }[keyof T]
  : never;

test('of what a person does, no other fields are strings than those known to be bounded', () => {
  // The compiler asks for a field that is new.
  const bounded: Record<StringField<Input>, string> = {
    kind: 'ours',
    name: 'a command of 32 characters, by `readCommand`',
    callbackId: "Telegram's, only sent back",
    data: 'by `callbackFields`',
  };
  expect(Object.keys(bounded)).toHaveLength(4);
});

test('the measure sees a reader that tries each place of its text', () => {
  const places = 64;
  const { characters } = workOf(() => {
    const words = 'ﷺ'.repeat(places).normalize('NFKC');
    return [...words.matchAll(/ /g)].map(({ index }) => words.slice(0, index).normalize('NFKC').length);
  });
  // 18 characters each, three of them spaces: 192 beginnings, half the text long, looked at at least twice.
  expect(characters).toBeGreaterThan(3 * places * 9 * places * 2);
});
