/*
 * The global budget as a pure function: virtual scheduling (GCRA) with two cursors over one row of slots.
 *
 * Slot k stands at `originMs + k * 1000 / whole`, so any second holds at most `whole` of them (one more if both its
 * ends count). Of every `whole` slots, `bulk` are open to both lanes and the rest, evenly spread, are kept for replies.
 * `nextOpen` and `nextKept` only rise, so no slot is given twice. One theoretical arrival time would not do: it cannot
 * say where the holes are in a second that a bulk backlog has booked, and a reply would wait behind all of it.
 *
 * While nothing is booked ahead the row is shifted to begin now, so that a message in an idle system leaves at once.
 *
 * Nothing is booked further ahead than FURTHEST_MS. What lies much further was booked before the server's clock was set
 * back: then the row, pause and chats are shifted with the clock, to where all that may still leave lies behind them.
 *
 * How long a reply waits at most behind a full bulk backlog: for the next kept slot (a third of a second at 28 and 25),
 * and when those are taken too, for the first slot that the backlog has not booked (BOOKABLE_MS.bulk).
 */

export type Lane = 'reply' | 'bulk';

/** Messages a second: all, and at most how many of them bulk. */
export type Rates = { whole: number; bulk: number };

/** Rates that an operator has set for the whole fleet, and since when: they hold instead of every process's settings. */
export type LiveRates = Rates & { sinceMs: number };

/** What the `budget` key holds. Instants are milliseconds by the server's clock. */
export type LimiterState = {
  originMs: number;
  /** Rates of the row now: the configured ones, or less after a 429. */
  whole: number;
  bulk: number;
  /** Where in the pattern of open and kept slots slot 0 is, 0 to 1: shifting the row must not restart the pattern. */
  phase: number;
  nextOpen: number;
  nextKept: number;
  pausedUntilMs: number;
  /** Part of the configured rates that was left when the pause began. */
  share: number;
  /** Why nobody may send now, for operators; empty when it is not known. */
  pausedBecause: string;
  /** Names the last time an operator ended the pause; empty when none did. */
  resumed: string;
  /** Absent while the settings of the processes hold. */
  live?: LiveRates | undefined;
  /** Last slot of each chat that had one within a second. */
  chats: ReadonlyMap<string, number>;
  /** Until when nothing goes to a chat, after a 429 for it alone. */
  held: ReadonlyMap<string, number>;
};

/**
 * `preparationMs` is how long it takes to get ready: an earlier slot is of no use. `lapsedMs` is a slot of the chat that is
 * known to have been left unused: it does not hold the chat back. A patient reply books no further ahead than bulk does,
 * so that other replies still find slots.
 */
export type ReservationRequest = {
  lane: Lane;
  chatId?: string;
  preparationMs?: number;
  lapsedMs?: number;
  isPatient?: boolean;
};

/**
 * A slot's instant, or when to ask again: because of the lane as a whole, of the chat's last message, or of a 429 for
 * the chat, which may be long.
 */
export type Grant = { slotMs: number } | { againAtMs: number; because: 'lane' | 'chat' | 'held' };

/** How far ahead slots may be booked: bulk less, so that under overload replies come first. */
export const BOOKABLE_MS = { reply: 1000, bulk: 500 } as const;
/** The most that {@link ReservationRequest} may ask for. */
export const MAX_PREPARATION_MS = 1000;
/** No slot is further ahead when it is booked: a slow store may be asked for slots a second later than now. */
export const FURTHEST_MS = BOOKABLE_MS.reply + MAX_PREPARATION_MS + 1000;
/** What clocks may differ by before it counts as set back. */
const CLOCKS_DIFFER_MS = 1000;
/** Telegram takes about one message a second in a chat. */
export const CHAT_INTERVAL_MS = 1000;

const CLIMB = 0.05;
const CLIMB_EVERY_MS = 15_000;

export function initialState(nowMs: number, rates: Rates): LimiterState {
  const cursors = { nextOpen: 0, nextKept: 0, phase: firstIsOpen(rates) };
  const unpaused = { pausedUntilMs: 0, pausedBecause: '', resumed: '', share: 1 };
  return { originMs: nowMs, ...rates, ...cursors, ...unpaused, chats: new Map(), held: new Map() };
}

/**
 * Books a slot for each of `requests`, in their order, as far as they may be booked now.
 * @param rates as configured; they, or those that are set live, apply to what is booked from here on.
 * @returns one grant for each request. Unless the state was written by compare-and-set, the slots are not ours. Without a
 * grant it is the state as it was, or {@link isSetBack}: then it is to be written too.
 */
export function bookSlots(
  kept: LimiterState,
  nowMs: number,
  requests: readonly ReservationRequest[],
  rates: Rates,
): { state: LimiterState; grants: Grant[] } {
  const before = withTheClock(kept, nowMs);
  if (before.pausedUntilMs > nowMs) {
    const grants = requests.map(() => ({ againAtMs: before.pausedUntilMs, because: 'lane' as const }));
    return { state: before, grants };
  }
  let state = laidOut(before, nowMs, ratesAt(before, nowMs, rates));
  const chats = after(before.chats, nowMs - CHAT_INTERVAL_MS);
  const grants = requests.map((request): Grant => {
    const preparationMs = preparationOf(request, state);
    const choice = nextSlot(state, request.lane, nowMs + preparationMs);
    const heldUntilMs = before.held.get(request.chatId ?? '') ?? 0;
    if (heldUntilMs > choice.slotMs) return { againAtMs: heldUntilMs, because: 'held' };
    const refusal = refused(choice.slotMs, chats, { nowMs, preparationMs }, request);
    if (refusal) return refusal;
    state = choice.after;
    if (request.chatId !== undefined) chats.set(request.chatId, choice.slotMs);
    return { slotMs: choice.slotMs };
  });
  const isBooked = grants.some((grant) => 'slotMs' in grant);
  return { state: isBooked ? { ...state, chats, held: after(before.held, nowMs) } : before, grants };
}

/** Whether the server's clock was set back since `before`. */
export const isSetBack = (before: LimiterState, after: LimiterState): boolean =>
  after.originMs < before.originMs;

/**
 * After the shift, the last slot that was booked stands FURTHEST_MS from now. Its holder's clock may still show the time
 * as it was; by that clock it was booked at most so far ahead, so it has left before the first slot that follows.
 * A pause lasts as long again.
 */
function withTheClock(state: LimiterState, nowMs: number): LimiterState {
  const lastMs = instantOf(state, Math.max(state.nextOpen, state.nextKept) - 1);
  if (lastMs <= nowMs + FURTHEST_MS + CLOCKS_DIFFER_MS) return state;
  const backMs = lastMs - (nowMs + FURTHEST_MS);
  return {
    ...state,
    originMs: state.originMs - backMs,
    pausedUntilMs: state.pausedUntilMs - backMs,
    chats: mapped(state.chats, (slotMs) => slotMs - backMs),
    held: mapped(state.held, (untilMs) => untilMs - backMs),
  };
}

/** Part of the configured rates that is used: from the end of the pause on, a twentieth more each 15 seconds. */
export function shareAt(state: LimiterState, nowMs: number): number {
  const steps = Math.floor(Math.max(0, nowMs - state.pausedUntilMs) / CLIMB_EVERY_MS);
  return Math.min(1, state.share + steps * CLIMB);
}

/** What applies without a 429: what an operator has set, or else the settings. */
export const ratesInForce = ({ live }: LimiterState, configured: Rates): Rates => live ?? configured;

function ratesAt(state: LimiterState, nowMs: number, configured: Rates): Rates {
  const share = shareAt(state, nowMs);
  const rates = ratesInForce(state, configured);
  return { whole: rates.whole * share, bulk: Math.min(rates.bulk, rates.whole) * share };
}

/** The row for a booking at `nowMs`: other rates begin behind everything booked; an idle row begins now. */
function laidOut(state: LimiterState, nowMs: number, rates: Rates): LimiterState {
  const next = Math.max(state.nextOpen, state.nextKept);
  const freeAtMs = instantOf(state, next);
  const same = state.whole === rates.whole && state.bulk === rates.bulk;
  if (same && freeAtMs > nowMs) {
    const first = slotAt(state, nowMs);
    return {
      ...state,
      nextOpen: Math.max(state.nextOpen, first),
      nextKept: Math.max(state.nextKept, first),
    };
  }
  const originMs = Math.max(freeAtMs, nowMs);
  const phase = phaseAfter(fraction(openBefore(state, next)), originMs - freeAtMs, rates);
  return { ...state, ...rates, originMs, phase, nextOpen: 0, nextKept: 0 };
}

/**
 * Idle time counts towards the next open slot, at most until it is the first of the row. Were the pattern only to go on
 * where it stopped, that slot would stay equally far ahead of an idle row, and where a row has few open slots, too far
 * to be booked ever.
 */
function phaseAfter(phase: number, idleMs: number, rates: Rates): number {
  return Math.max(phase, Math.min(phase + (idleMs * rates.bulk) / 1000, firstIsOpen(rates)));
}

/** The least phase at which slot 0 is open. */
const firstIsOpen = ({ whole, bulk }: Rates): number => Math.max(0, 1 - bulk / whole) + ROUNDING;

const ROUNDING = 1e-9;
/** The store keeps a chat's slot to the microsecond, and slots of one chat are a second apart. */
const SAME_SLOT_MS = 1;
const instantOf = (state: LimiterState, slot: number): number => state.originMs + (slot * 1000) / state.whole;
/** The first slot that is not before `atMs`. */
const slotAt = (state: LimiterState, atMs: number): number =>
  Math.ceil(((atMs - state.originMs) * state.whole) / 1000);
const openBefore = (state: LimiterState, slot: number): number =>
  state.phase + (slot * state.bulk) / state.whole;
const fraction = (value: number): number => value - Math.floor(value);
const isOpen = (state: LimiterState, slot: number): boolean =>
  Math.floor(openBefore(state, slot + 1)) > Math.floor(openBefore(state, slot));

/** The first slot from `fromMs` on that `lane` may have, and the state once it is taken. */
function nextSlot(state: LimiterState, lane: Lane, fromMs: number): { slotMs: number; after: LimiterState } {
  const first = slotAt(state, fromMs);
  let open = Math.max(state.nextOpen, first);
  while (!isOpen(state, open)) open++;
  const takesOpen = { slotMs: instantOf(state, open), after: { ...state, nextOpen: open + 1 } };
  if (lane === 'bulk') return takesOpen;
  let kept = Math.max(state.nextKept, first);
  while (kept < open && isOpen(state, kept)) kept++;
  if (kept >= open) return takesOpen;
  return { slotMs: instantOf(state, kept), after: { ...state, nextKept: kept + 1 } };
}

/** Where slots are few, the next one may be out of reach for who is not ready for it, again and again. */
const preparationOf = ({ preparationMs = 0 }: ReservationRequest, { bulk }: LimiterState): number =>
  1000 / bulk > BOOKABLE_MS.bulk / 2 ? 0 : Math.min(preparationMs, MAX_PREPARATION_MS);

function refused(
  slotMs: number,
  chats: ReadonlyMap<string, number>,
  { nowMs, preparationMs }: { nowMs: number; preparationMs: number },
  request: ReservationRequest,
): Grant | undefined {
  const bookableMs = BOOKABLE_MS[request.isPatient ? 'bulk' : request.lane];
  // Asking again when half of it is free makes one reservation of many slots instead of many of one.
  if (slotMs > nowMs + preparationMs + bookableMs)
    return { againAtMs: slotMs - preparationMs - bookableMs / 2, because: 'lane' };
  const last = request.chatId === undefined ? undefined : chats.get(request.chatId);
  if (last === undefined || last + CHAT_INTERVAL_MS <= slotMs) return undefined;
  // What left before the lapsed slot left a second before it. An earlier slot, after a pause, would not do.
  const isLapsed = request.lapsedMs !== undefined && Math.abs(last - request.lapsedMs) < SAME_SLOT_MS;
  if (isLapsed && slotMs >= last) return undefined;
  return { againAtMs: last + CHAT_INTERVAL_MS, because: 'chat' };
}

/** The entries whose instant comes after `nowMs`. */
function after(instants: ReadonlyMap<string, number>, nowMs: number): Map<string, number> {
  const left = new Map<string, number>();
  for (const [chatId, instantMs] of instants) if (instantMs > nowMs) left.set(chatId, instantMs);
  return left;
}

function mapped(instants: ReadonlyMap<string, number>, change: (ms: number) => number): Map<string, number> {
  return new Map([...instants].map(([chatId, instantMs]) => [chatId, change(instantMs)]));
}
