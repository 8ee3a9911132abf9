import { z } from 'zod';
import type { LimiterState } from './slots.ts';

/*
 * The state of the budget as it is stored. At a thousand messages a second it names some 1,500 chats, every process
 * follows it, and it changes a hundred times a second: so they are one text of `<chat>:<microseconds after chatsFromMs,
 * in base 36>`, half of what JSON would make of them. What has a default is absent from states of earlier versions.
 */

const Stored = z.object({
  originMs: z.number(),
  whole: z.number().positive(),
  bulk: z.number().positive(),
  phase: z.number().min(0).max(1),
  nextOpen: z.int().nonnegative(),
  nextKept: z.int().nonnegative(),
  pausedUntilMs: z.number(),
  share: z.number().positive().max(1),
  pausedBecause: z.string().default(''),
  resumed: z.string().default(''),
  chatsFromMs: z.number(),
  chats: z.string(),
  held: z.record(z.string(), z.number()).default({}),
});

/** @returns JSON. A chat's slot is rounded down to the microsecond. */
export function toStored({ chats, held, ...row }: LimiterState): string {
  let fromMs = row.originMs;
  for (const slotMs of chats.values()) fromMs = Math.min(fromMs, slotMs);
  const chatsFromMs = Math.floor(fromMs);
  const entries = [...chats].map(
    ([chatId, slotMs]) => `${chatId}:${Math.floor((slotMs - chatsFromMs) * 1000).toString(36)}`,
  );
  const listed = { chatsFromMs, chats: entries.join(' '), held: Object.fromEntries(held) };
  return JSON.stringify({ ...row, ...listed } satisfies z.infer<typeof Stored>);
}

/** @returns undefined for what {@link toStored} did not make. */
export function fromStored(json: string): LimiterState | undefined {
  const stored = Stored.safeParse(parsed(json));
  if (!stored.success) return undefined;
  const { chatsFromMs, chats, held, ...row } = stored.data;
  const slots = new Map<string, number>();
  for (const entry of chats === '' ? [] : chats.split(' ')) {
    const colon = entry.indexOf(':');
    const slotMs = chatsFromMs + Number.parseInt(entry.slice(colon + 1), 36) / 1000;
    if (colon < 1 || Number.isNaN(slotMs)) return undefined;
    slots.set(entry.slice(0, colon), slotMs);
  }
  return { ...row, chats: slots, held: new Map(Object.entries(held)) };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
