import type { Clock } from '../clock.ts';
import type { Journal, JournalEntry } from '../journal.ts';

/** An update the bot has not confirmed yet. `chatId` orders webhook calls. */
export type PendingUpdate = {
  type: string;
  chatId?: number | undefined;
  atMs: number;
  update: { update_id: number } & Record<string, unknown>;
};

/** The updates waiting for the bot, oldest first, numbered without gaps. */
export type UpdateQueue = {
  /** Adds an update unless the bot asked not to get this type. */
  enqueue(type: string, payload: object, chatId?: number): number | undefined;
  /** Adds an update of any form, past `allowed_updates`, to see how a bot meets what it does not know. */
  enqueueRaw(body: Record<string, unknown>): number;
  pending(): IterableIterator<PendingUpdate>;
  size(): number;
  confirm(updateIds: readonly number[]): void;
  onArrival(listener: () => void): void;
  restore(entry: JournalEntry): void;
  snapshot(): JournalEntry[];
  nextUpdateId(): number;
};

type Ports = { clock: Clock; journal: () => Journal; allowedUpdates: () => readonly string[] | undefined };

/** Telegram keeps updates no longer than this. */
const KEPT_MS = 24 * 3_600_000;
/** These are only sent to bots that name them in `allowed_updates`. */
const ON_REQUEST_ONLY: ReadonlySet<string> = new Set([
  'chat_member',
  'message_reaction',
  'message_reaction_count',
]);

export function createUpdateQueue({ clock, journal, allowedUpdates }: Ports): UpdateQueue {
  const waiting = new Map<number, PendingUpdate>();
  const listeners: (() => void)[] = [];
  // Receivers remember ids for days, so a simulator without a journal must not begin at the same id again.
  let nextId = Math.floor(clock.wallMs() / 1000);

  function isAllowed(type: string): boolean {
    const allowed = allowedUpdates();
    return allowed && allowed.length > 0 ? allowed.includes(type) : !ON_REQUEST_ONLY.has(type);
  }

  function forgetOld(): void {
    for (const [id, { atMs }] of waiting) {
      if (clock.wallMs() - atMs <= KEPT_MS) return;
      waiting.delete(id);
    }
  }

  function put(type: string, body: Record<string, unknown>, chatId?: number): number {
    const id = nextId;
    nextId += 1;
    const { update_id: _, ...rest } = body;
    const entry = { type, chatId, atMs: clock.wallMs(), update: { update_id: id, ...rest } };
    waiting.set(id, entry);
    journal().append({ kind: 'update', ...entry });
    for (const listener of listeners) listener();
    return id;
  }

  return {
    enqueue: (type, payload, chatId) =>
      isAllowed(type) ? put(type, { [type]: payload }, chatId) : undefined,
    enqueueRaw: (body) => put('raw', body),
    pending() {
      forgetOld();
      return waiting.values();
    },
    size() {
      forgetOld();
      return waiting.size;
    },
    confirm(updateIds) {
      const gone = updateIds.filter((id) => waiting.delete(id));
      if (gone.length > 0) journal().append({ kind: 'confirmed', updateIds: gone });
    },
    onArrival(listener) {
      listeners.push(listener);
    },
    restore(entry) {
      if (entry.kind === 'numbers') nextId = Math.max(nextId, entry.nextUpdateId);
      if (entry.kind === 'confirmed') for (const id of entry.updateIds) waiting.delete(id);
      if (entry.kind !== 'update') return;
      const { kind: _, ...update } = entry;
      waiting.set(update.update.update_id, update);
      nextId = Math.max(nextId, update.update.update_id + 1);
    },
    snapshot: () => [...waiting.values()].map((entry): JournalEntry => ({ kind: 'update', ...entry })),
    nextUpdateId: () => nextId,
  };
}
