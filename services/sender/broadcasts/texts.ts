import type { BroadcastText } from '#contracts/broadcasts.ts';
import type { BroadcastId } from '#contracts/ids.ts';
import type { Broadcasts } from '#services/platform/messages/broadcasts.ts';
import type { Clock } from '#services/platform/process/clock.ts';

/** What is sent, unless it was called off. */
export type Text = BroadcastText & { cancelled: boolean };

/** @returns undefined when nobody requested a broadcast of that id. */
export type ReadText = (id: BroadcastId) => Promise<Text | undefined>;

/** A broadcast that was called off stops within this time; until then everybody's text is read once. */
const FRESH_MS = 1_000;

export function textReader(broadcasts: Broadcasts, clock: Clock): ReadText {
  let kept: { id: BroadcastId; readAtMs: number; text: Promise<Text | undefined> } | undefined;

  async function read(id: BroadcastId): Promise<Text | undefined> {
    const [stored, cancelled] = await Promise.all([broadcasts.text(id), broadcasts.isCancelled(id)]);
    return stored && { text: stored.text, entities: stored.entities, cancelled };
  }

  return (id) => {
    const nowMs = clock.now();
    if (kept?.id === id && Math.abs(nowMs - kept.readAtMs) < FRESH_MS) return kept.text;
    const reading = { id, readAtMs: nowMs, text: read(id) };
    kept = reading;
    reading.text.catch(() => {
      if (kept === reading) kept = undefined;
    });
    return reading.text;
  };
}
