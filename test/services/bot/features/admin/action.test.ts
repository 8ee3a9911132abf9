import { expect, test } from 'vitest';
import { BroadcastRequested, MAX_BROADCAST_BYTES } from '#contracts/broadcasts.ts';
import { streams } from '#contracts/streams.ts';
import { adminActionOf, adminTapData } from '#services/bot/features/admin/action.ts';
import type { Draft } from '#services/bot/features/admin/draft.ts';
import { typed } from '#test/support/typed.ts';
import { asBroadcastId, asUserId } from '../../../../support/ids.ts';

const ID = asBroadcastId('abcdefghijklm');
/** More than the id and the expected sequence of a publish take. */
const HEADERS_BYTES = 1024;
const writing: Draft = { at: 'writing' };
const tap = (data: string) => ({ kind: 'tap', callbackId: '1', data, message: undefined }) as const;

test('only /admin and its own buttons are taken while nothing is being written', () => {
  expect(adminActionOf({ at: 'idle' }, { kind: 'command', name: 'admin' }, false)).toEqual({ do: 'figures' });
  expect(adminActionOf({ at: 'idle' }, { kind: 'command', name: 'today' }, false)).toBeUndefined();
  expect(adminActionOf({ at: 'idle' }, { kind: 'text', text: typed('Run') }, false)).toBeUndefined();
  expect(adminActionOf({ at: 'idle' }, tap('today:0'), false)).toBeUndefined();
});

test('a text becomes the preview, with its formatting; anything else but text is said to be wrong', () => {
  const entities = [{ type: 'bold', offset: 0, length: 2 }];
  expect(adminActionOf(writing, { kind: 'text', text: typed('Hi'), entities }, false)).toEqual({
    do: 'preview',
    text: { text: 'Hi', entities },
  });
  expect(adminActionOf(writing, { kind: 'text', text: typed('Hi') }, false)).toEqual({
    do: 'preview',
    text: { text: 'Hi', entities: [] },
  });
  expect(adminActionOf(writing, { kind: 'attachment' }, false)).toEqual({ do: 'onlyText' });
});

/** So many links of such a length, each under one character. */
const links = (count: number, urlLength: number) =>
  Array.from({ length: count }, (_, offset) => {
    const url = `https://example.org/${'x'.repeat(urlLength - 20)}`;
    return { type: 'text_link', offset, length: 1, url };
  });

test('a text with more links, or longer ones, than can be stored is told so', () => {
  const text = typed('x'.repeat(100));
  expect(adminActionOf(writing, { kind: 'text', text, entities: links(100, 2_000) }, false)).toEqual({
    do: 'shorten',
    tooMuch: { of: 'bytes', kilobytes: 201, most: 48 },
  });
  expect(adminActionOf(writing, { kind: 'text', text, entities: links(101, 30) }, false)).toEqual({
    do: 'shorten',
    tooMuch: { of: 'entities', count: 101, most: 100 },
  });
  expect(adminActionOf(writing, { kind: 'text', text, entities: links(100, 300) }, false)).toMatchObject({
    do: 'preview',
  });
});

test('no text is none, and one that Telegram would not carry is none either', () => {
  for (const text of ['', 'x'.repeat(4097)]) {
    expect(adminActionOf(writing, { kind: 'text', text: typed(text) }, false)).toEqual({ do: 'onlyText' });
  }
});

test('text alone is never too much, and the largest that is taken fits its stream with what is stored beside it', () => {
  const limit = streams.find(({ name }) => name === 'BROADCASTS')?.maxMessageBytes ?? 0;
  const beside = {
    broadcastId: ID,
    by: asUserId(Number.MAX_SAFE_INTEGER),
    at: '2026-11-25T08:00:00.000Z',
    recipients: 2 ** 53 - 1,
  };
  // In JSON three bytes a character, six for half of one or a control character, two for each half of an emoji.
  const largest = ['한', '\uD800', '\u0000', '👍'].map((character) => {
    const text = typed(character.repeat(4096 / character.length));
    const taken = Array.from({ length: 50 }, (_, more) =>
      adminActionOf(writing, { kind: 'text', text, entities: links(100, 20 + 10 * more) }, false),
    ).flatMap((action) => (action?.do === 'preview' ? action.text : []));
    return Buffer.byteLength(JSON.stringify(BroadcastRequested.parse({ ...beside, ...taken.at(-1) })));
  });
  expect(Math.min(...largest)).toBeGreaterThan(MAX_BROADCAST_BYTES - 1_000);
  expect(Math.max(...largest)).toBeLessThan(limit - HEADERS_BYTES);
});

test('whatever else an admin does puts the draft aside and is left to the conversation; /cancel is about the draft', () => {
  const aside = { ...writing, aside: true } as const;
  for (const other of [{ kind: 'command', name: 'today' } as const, tap('habits:0')]) {
    expect(adminActionOf(writing, other, false)).toEqual({ do: 'goOn' });
    expect(adminActionOf(aside, other, false)).toBeUndefined();
  }
  expect(adminActionOf(writing, { kind: 'command', name: 'cancel' }, true)).toEqual({ do: 'cancel' });
  expect(adminActionOf(aside, { kind: 'command', name: 'cancel' }, false)).toEqual({ do: 'cancel' });
  expect(adminActionOf(aside, { kind: 'command', name: 'cancel' }, true)).toBeUndefined();
});

test('a text answers the question that was asked last', () => {
  const aside = { ...writing, aside: true } as const;
  const preview: Draft = {
    at: 'previewing',
    broadcastId: ID,
    text: { text: 'Hi', entities: [] },
    recipients: 1,
  };
  const text = { kind: 'text', text: typed('Run') } as const;
  expect(adminActionOf(writing, text, true)).toMatchObject({ do: 'preview' });
  expect(adminActionOf(aside, text, false)).toMatchObject({ do: 'preview' });
  expect(adminActionOf(aside, text, true)).toBeUndefined();
  expect(adminActionOf(preview, text, true)).toMatchObject({ do: 'preview' });
  expect(adminActionOf({ ...preview, aside: true }, text, false)).toBeUndefined();
});

test('buttons are read back as what they say, and forged data is not', () => {
  for (const wanted of [{ do: 'figures' } as const, { do: 'send', id: ID } as const]) {
    expect(adminActionOf(writing, tap(adminTapData(wanted)), false)).toEqual(wanted);
    expect(Buffer.byteLength(adminTapData(wanted))).toBeLessThanOrEqual(64);
  }
  for (const data of [
    'admin',
    'admin:send',
    'admin:send:x',
    'admin:figures:x',
    `admin:send:${ID}:x`,
    'admin:x',
  ]) {
    expect(adminActionOf({ at: 'idle' }, tap(data), false)).toBeUndefined();
  }
});
