import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseTap } from '#services/bot/conversation/taps.ts';
import { type Conversation, settled } from './conversation/fixture.ts';

/*
 * Every button that a person finds within a few taps of a command, tapped once for each screen that it stands on: a tap costs one
 * message or one edit, and the answer to the tap.
 */

const COMMANDS = [
  '/today',
  '/habits',
  '/settings',
  '/stats',
  '/new',
  '/help',
  '/export',
  '/import',
  '/start',
];
const DEPTH = 7;
const FEWEST_KINDS = 80;

type Path = { command: string; taps: readonly string[] };
type Found = { kind: string; screen: string; shows: number };

const Keyboard = z.object({
  inline_keyboard: z.array(z.array(z.object({ callback_data: z.string().optional() }))),
});

/** A person with habits of each kind, the same each time. */
function person(): Conversation {
  const conversation = settled();
  for (const line of [
    'Run 3x a week at 7:30',
    'Water 8 glasses every day at 10',
    'Coffee at most 2 cups daily',
  ])
    conversation.say(`/new ${line}`) &&
      conversation.tap({ tap: 'draftTimesReady' }) &&
      conversation.tap({ tap: 'create' });
  return conversation;
}

/** What the last step of a path shows, with the buttons under it. */
function walk({ command, taps }: Path) {
  const conversation = person();
  let step = conversation.say(command);
  for (const data of taps)
    step = conversation.tap(data, { messageId: 7, data: buttonsOf(conversation, step) });
  return { step, buttons: buttonsOf(conversation, step) };
}

function buttonsOf(conversation: Conversation, step: ReturnType<Conversation['say']>): string[] {
  return conversation.seen(step).flatMap(({ reply_markup }) => {
    const keyboard = Keyboard.safeParse(reply_markup).data;
    return keyboard?.inline_keyboard.flat().flatMap(({ callback_data }) => callback_data ?? []) ?? [];
  });
}

test('a tap costs at most one message or edit beside its answer', () => {
  const found: Found[] = [];
  const seen = new Set<string>();
  let paths: Path[] = COMMANDS.map((command) => ({ command, taps: [] }));
  for (let depth = 0; depth < DEPTH; depth++) {
    const further: Path[] = [];
    for (const path of paths) {
      const { step, buttons } = walk(path);
      const shown = step.shows.at(-1)?.screen;
      const screen = shown ? `${shown.screen} ${'step' in shown ? shown.step : ''}` : 'none';
      for (const data of buttons) {
        const kind = parseTap(data)?.tap ?? data.split(':')[0] ?? '';
        if (seen.has(`${screen} ${kind}`)) continue;
        seen.add(`${screen} ${kind}`);
        const next = { ...path, taps: [...path.taps, data] };
        found.push({ kind, screen, shows: walk(next).step.shows.length });
        further.push(next);
      }
    }
    paths = further;
  }
  expect(found.filter(({ shows }) => shows > 1)).toEqual([]);
  // Nobody can have walked far who found fewer.
  expect(new Set(found.map(({ kind }) => kind)).size).toBeGreaterThan(FEWEST_KINDS);
});
