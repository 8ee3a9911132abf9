import { createSlidingWindow, type SlidingWindow } from './sliding-window.ts';

/**
 * What the simulator enforces.
 *
 * Telegram's Bots FAQ ("My bot is hitting limits, how do I avoid this?") says: no more than about 30 messages
 * a second in bulk, in one chat no more than one a second with short bursts allowed, and up to 1000 a second
 * with paid broadcasts, and in a group no more than 20 a minute. The burst and the length of a penalty are unpublished: `perChatBurst`, `penaltyMs` and
 * the extra second for each send during a penalty are our choice, on the strict side of what bots report.
 */
export type LimitFigures = {
  /** Sends and edits of all chats in any sliding second. */
  overallPerSecond: number;
  /** The same for calls with `allow_paid_broadcast`; these do not use up the free ones. */
  paidPerSecond: number;
  /** Long-run sends and edits a second in one chat. */
  perChatPerSecond: number;
  /** How many may come at once in a chat that was quiet. 1 means strictly spaced. */
  perChatBurst: number;
  /** Sends and edits in one group in any sliding minute. */
  perGroupPerMinute: number;
  /** The first wait after a limit was exceeded; in a group at least until its minute has room. */
  penaltyMs: number;
};

export const TELEGRAM_LIMITS: LimitFigures = {
  overallPerSecond: 30,
  paidPerSecond: 1000,
  perChatPerSecond: 1,
  perChatBurst: 5,
  perGroupPerMinute: 20,
  penaltyMs: 2000,
};

export type Admission =
  | { admitted: true }
  | { admitted: false; limit: 'overall' | 'chat'; retryAfterSeconds: number };

export type Limits = {
  /** Admits or refuses one counting call at `now` (milliseconds, not decreasing). */
  admit(now: number, chatId: number | undefined, paid?: boolean): Admission;
  /** Starts a penalty for all chats, as Telegram does at its own discretion. */
  penalise(now: number, durationMs: number): void;
  configure(change: Partial<LimitFigures>): LimitFigures;
  figures(): LimitFigures;
  penaltyUntil(): number;
  clear(): void;
};

/** `minute`: what a group had in the last one. */
type ChatLimit = { theoreticalArrival: number; penaltyUntil: number; minute?: SlidingWindow };

const MINUTE_MS = 60_000;
const PENALTY_STEP_MS = 1000;
const LONGEST_PENALTY_MS = 3_600_000;
const CHATS_BEFORE_SWEEP = 50_000;
/** Tolerance for the rounding of summed fractional milliseconds. */
const EPSILON_MS = 0.001;

type State = {
  figures: LimitFigures;
  free: SlidingWindow;
  paidAndFree: SlidingWindow;
  overallPenaltyUntil: number;
  chats: Map<number, ChatLimit>;
};

const unused = () => ({
  free: createSlidingWindow(1000),
  paidAndFree: createSlidingWindow(1000),
  overallPenaltyUntil: Number.NEGATIVE_INFINITY,
  chats: new Map<number, ChatLimit>(),
});

/** The limiter. It holds no clock: the caller's times drive it, so it is deterministic. */
export function createLimits(initial: Partial<LimitFigures> = {}): Limits {
  const state: State = { figures: changed(TELEGRAM_LIMITS, initial), ...unused() };
  return {
    admit(now, chatId, paid = false) {
      const bulk = admitOverall(state, now, paid);
      if (!bulk.admitted) return bulk;
      const chat: Admission = chatId === undefined ? { admitted: true } : admitInChat(state, now, chatId);
      if (!chat.admitted) return chat;
      state.paidAndFree.add(now);
      if (!paid) state.free.add(now);
      return chat;
    },
    penalise(now, durationMs) {
      state.overallPenaltyUntil = Math.max(state.overallPenaltyUntil, now + durationMs);
    },
    configure(change) {
      state.figures = changed(state.figures, change);
      return state.figures;
    },
    figures: () => state.figures,
    penaltyUntil: () => state.overallPenaltyUntil,
    clear() {
      Object.assign(state, unused());
    },
  };
}

function admitOverall(state: State, now: number, paid: boolean): Admission {
  const { figures, free, paidAndFree } = state;
  if (state.overallPenaltyUntil > now) {
    state.overallPenaltyUntil = lengthened(state.overallPenaltyUntil, now);
    return refused('overall', state.overallPenaltyUntil, now);
  }
  const full = paid
    ? paidAndFree.count(now) >= figures.paidPerSecond
    : free.count(now) >= figures.overallPerSecond;
  if (!full) return { admitted: true };
  state.overallPenaltyUntil = now + figures.penaltyMs;
  return refused('overall', state.overallPenaltyUntil, now);
}

function admitInChat(state: State, now: number, chatId: number): Admission {
  const { figures, chats } = state;
  const chat = chats.get(chatId) ?? unusedChat(now, chatId);
  if (chat.penaltyUntil > now) {
    chat.penaltyUntil = lengthened(chat.penaltyUntil, now);
    return refused('chat', chat.penaltyUntil, now);
  }
  const intervalMs = 1000 / figures.perChatPerSecond;
  const start = Math.max(chat.theoreticalArrival, now);
  const isFull = chat.minute !== undefined && chat.minute.count(now) >= figures.perGroupPerMinute;
  if (isFull || start - now > (figures.perChatBurst - 1) * intervalMs + EPSILON_MS) {
    const roomAt = isFull ? (chat.minute?.freeAt(now) ?? now) : now;
    chat.penaltyUntil = Math.max(now + figures.penaltyMs, roomAt);
    return refused('chat', chat.penaltyUntil, now);
  }
  chat.theoreticalArrival = start + intervalMs;
  chat.minute?.add(now);
  chats.set(chatId, chat);
  if (chats.size > CHATS_BEFORE_SWEEP) state.chats = stillLimited(chats, now);
  return { admitted: true };
}

/** Groups are numbered below zero. */
function unusedChat(now: number, chatId: number): ChatLimit {
  const fresh = { theoreticalArrival: now, penaltyUntil: Number.NEGATIVE_INFINITY };
  return chatId < 0 ? { ...fresh, minute: createSlidingWindow(MINUTE_MS) } : fresh;
}

/** Takes only the figures, so a wider configuration may be passed as it is. */
function changed(figures: LimitFigures, change: Partial<LimitFigures>): LimitFigures {
  return {
    overallPerSecond: change.overallPerSecond ?? figures.overallPerSecond,
    paidPerSecond: change.paidPerSecond ?? figures.paidPerSecond,
    perChatPerSecond: change.perChatPerSecond ?? figures.perChatPerSecond,
    perChatBurst: change.perChatBurst ?? figures.perChatBurst,
    perGroupPerMinute: change.perGroupPerMinute ?? figures.perGroupPerMinute,
    penaltyMs: change.penaltyMs ?? figures.penaltyMs,
  };
}

function lengthened(until: number, now: number): number {
  return Math.min(until + PENALTY_STEP_MS, now + LONGEST_PENALTY_MS);
}

function refused(limit: 'overall' | 'chat', until: number, now: number): Admission {
  return { admitted: false, limit, retryAfterSeconds: Math.max(1, Math.ceil((until - now) / 1000)) };
}

/** Chats whose allowance is full again need no entry: a new one would be equal. */
function stillLimited(chats: Map<number, ChatLimit>, now: number): Map<number, ChatLimit> {
  const isLimited = ({ theoreticalArrival, penaltyUntil, minute }: ChatLimit) =>
    theoreticalArrival > now || penaltyUntil > now || (minute !== undefined && minute.count(now) > 0);
  return new Map([...chats].filter(([, chat]) => isLimited(chat)));
}
