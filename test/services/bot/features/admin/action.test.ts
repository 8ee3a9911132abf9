import { expect, test } from 'vitest';
import { adminActionOf, adminTapData } from '#services/bot/features/admin/action.ts';
import type { Draft } from '#services/bot/features/admin/draft.ts';
import { asBroadcastId } from '../../../../support/ids.ts';

const ID = asBroadcastId('abcdefghijklm');
const writing: Draft = { at: 'writing' };
const tap = (data: string) => ({ kind: 'tap', callbackId: '1', data, message: undefined }) as const;

test('only /admin and its own buttons are taken while nothing is being written', () => {
  expect(adminActionOf({ at: 'idle' }, { kind: 'command', name: 'admin' })).toEqual({ do: 'figures' });
  expect(adminActionOf({ at: 'idle' }, { kind: 'command', name: 'today' })).toBeUndefined();
  expect(adminActionOf({ at: 'idle' }, { kind: 'text', text: 'Run' })).toBeUndefined();
  expect(adminActionOf({ at: 'idle' }, tap('today:0'))).toBeUndefined();
});

test('a text becomes the preview, with its formatting; anything else but text is said to be wrong', () => {
  const entities = [{ type: 'bold', offset: 0, length: 2 }];
  expect(adminActionOf(writing, { kind: 'text', text: 'Hi', entities })).toEqual({
    do: 'preview',
    text: { text: 'Hi', entities },
  });
  expect(adminActionOf(writing, { kind: 'text', text: 'Hi' })).toEqual({
    do: 'preview',
    text: { text: 'Hi', entities: [] },
  });
  expect(adminActionOf(writing, { kind: 'attachment' })).toEqual({ do: 'onlyText' });
});

test('another command leaves the desk, /cancel stays at it', () => {
  expect(adminActionOf(writing, { kind: 'command', name: 'today' })).toEqual({ do: 'leave' });
  expect(adminActionOf(writing, { kind: 'command', name: 'cancel' })).toEqual({ do: 'cancel' });
});

test('buttons are read back as what they say, and forged data is not', () => {
  for (const wanted of [{ do: 'figures' } as const, { do: 'send', id: ID } as const]) {
    expect(adminActionOf(writing, tap(adminTapData(wanted)))).toEqual(wanted);
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
    expect(adminActionOf(writing, tap(data))).toBeUndefined();
  }
});
