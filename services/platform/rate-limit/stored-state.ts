import { z } from 'zod';
import type { LimiterState } from './slots.ts';

/*
 * The state of the budget as it is stored. At a thousand messages a second it names some 1,500 chats, every process
 * follows it, and it changes a hundred times a second: so they are one text of `<chat>:<microseconds after chatsFromMs,
 * in base 36>`, half of what JSON would make of them. What has a default is absent from states of earlier versions.
 */

/** Beyond these bounds, which no budget comes near, numbers of slots are no longer told apart, and none is ever found. */
const Cursor = z.int().nonnegative().max(1e12);
const Rate = z.number().min(1e-3).max(1e6);
/** As the settings have it. */
const LiveRate = z.int().min(1).max(1000);
const InstantMs = z.number().min(-1e14).max(1e14);

const Stored = z.object({
  originMs: InstantMs,
  whole: Rate,
  bulk: Rate,
  phase: z.number().min(0).max(1),
  nextOpen: Cursor,
  nextKept: Cursor,
  pausedUntilMs: InstantMs,
  share: z.number().min(0.01).max(1),
  pausedBecause: z.string().default(''),
  resumed: z.string().default(''),
  live: z.object({ whole: LiveRate, bulk: LiveRate, sinceMs: InstantMs }).optional(),
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

const LONGEST_AHEAD_MS = 86_400_000;

/**
 * Whether a state may have been stored at an instant of the server's clock: it begins, and what pauses it ends, within a day
 * of then. A pause for years would stop everything for good, and nobody sets one.
 */
export function isPlausible({ originMs, pausedUntilMs }: LimiterState, storedAtMs: number): boolean {
  return Math.max(originMs, pausedUntilMs) <= storedAtMs + LONGEST_AHEAD_MS;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
