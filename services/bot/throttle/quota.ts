import { z } from 'zod';

/** Requests of one person a minute, for as long as they go on. */
export const REQUESTS_A_MINUTE = 30;
/** What a person may do at once after a rest, in requests. */
export const BURST = 30;
/** A tap on a button answers a question that the bot asked: two of them are one request. */
export const COST = { words: 1, tap: 0.5 } as const;
export type RequestKind = keyof typeof COST;

/** Who was told to wait is answered again when there is room for so many: one word for each ten seconds of a flood. */
const ROOM_AFTER_REST = 5;
const MS_PER_REQUEST = 60_000 / REQUESTS_A_MINUTE;
const MINUTE_MS = 60_000;

const Request = z.tuple([z.int(), z.number()]);

/**
 * What one person has asked for: `level` requests as of `levelAtMs`, drained by one every two seconds; the requests let
 * through in the last minute as `[update id, epoch ms]`; and the one that was told to wait. Earlier versions kept no level:
 * then it is what they let through.
 */
export const Quota = z.object({
  taken: z.array(Request),
  told: Request.optional(),
  level: z.number().min(0).max(BURST).optional(),
  levelAtMs: z.number().optional(),
});
export type Quota = z.infer<typeof Quota>;

export type Verdict = 'admitted' | 'told' | 'silenced';

export const FRESH: Quota = { taken: [] };

/**
 * A token bucket, kept as the level of what was taken from it: a burst of 30 requests, and 30 a minute for as long as they go
 * on. The first request for which there is no room is told to wait, and those after it are not answered until there is room
 * for five, ten seconds later. An update that comes again gets the verdict it got first.
 */
export function decide(
  quota: Quota,
  { updateId, atMs, kind }: { updateId: number; atMs: number; kind: RequestKind },
): { quota: Quota; verdict: Verdict } {
  // One of a clock that was ahead must not count until its time comes.
  const taken = quota.taken.filter(([, at]) => Math.abs(at - atMs) < MINUTE_MS);
  if (taken.some(([id]) => id === updateId)) return { quota, verdict: 'admitted' };
  if (quota.told?.[0] === updateId) return { quota, verdict: 'told' };
  const level = levelAt(quota, atMs);
  if (quota.told && level > BURST - ROOM_AFTER_REST) return { quota, verdict: 'silenced' };
  const { levelAtMs: keptMs = atMs } = quota;
  const levelAtMs = isAhead(quota, atMs) ? atMs : Math.max(atMs, keptMs);
  if (level + COST[kind] > BURST) {
    return { quota: { taken, level, levelAtMs, told: [updateId, atMs] }, verdict: 'told' };
  }
  return {
    quota: { taken: [...taken, [updateId, atMs]], level: level + COST[kind], levelAtMs },
    verdict: 'admitted',
  };
}

/** When a person who was told to wait is answered again, epoch ms. */
export function roomAtMs(quota: Quota): number {
  const { told, levelAtMs } = quota;
  const fromMs = levelAtMs ?? told?.[1] ?? 0;
  return fromMs + Math.max(0, levelAt(quota, fromMs) - (BURST - ROOM_AFTER_REST)) * MS_PER_REQUEST;
}

function levelAt(quota: Quota, atMs: number): number {
  if (quota.level === undefined)
    return quota.taken.filter(([, at]) => Math.abs(at - atMs) < MINUTE_MS).length;
  if (isAhead(quota, atMs)) return 0;
  const sinceMs = Math.max(0, atMs - (quota.levelAtMs ?? atMs));
  return Math.max(0, quota.level - sinceMs / MS_PER_REQUEST);
}

const isAhead = ({ levelAtMs = 0 }: Quota, atMs: number) => levelAtMs - atMs >= MINUTE_MS;
