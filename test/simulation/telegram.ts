import type { Occurrence } from '#contracts/messages.ts';
import type { Posted } from '#services/sender/delivery/post.ts';
import type { Machine } from './machine.ts';
import type { World } from './role.ts';

/** A request that left a process. */
export type Departure = {
  atMs: number;
  /** By the clock of the process. */
  clockMs: number;
  /** The process was stopped at some time: what it knew when it went on is no longer what it knows. */
  wasFrozen: boolean;
  lane: 'reply' | 'bulk';
  chatId: string;
  machine: string;
  occurrences: readonly Occurrence[];
  /** What Telegram did with it, when that is known. */
  fate?: 'taken' | 'refused' | 'limited' | 'nothing';
  /** Whether the process was told. */
  isAnswerLost: boolean;
};

/** How Telegram fares now; faults change it. */
export type Mood = {
  /** Of all requests: answered by 429 for no reason of ours, by 5xx, taken without an answer, not reached. */
  limiting: number;
  failing: number;
  losing: number;
  unreachable: number;
};

export type Telegram = {
  mood: Mood;
  blockers: Set<string>;
  departures: Departure[];
  /** When Telegram said 429, and until when nothing may be sent. */
  limits: { atMs: number; untilMs: number }[];
  /** Resolves when a connection stands: some are new. */
  connection(machine: Machine): Promise<void>;
  send(machine: Machine, departure: Pick<Departure, 'lane' | 'chatId' | 'occurrences'>): Promise<Posted>;
};

/** Of all that are asked for, and how long a handshake takes. */
const NEW_CONNECTIONS = 0.1;
const NEW_MS = { least: 20, more: 180 };

export const CALM: Mood = { limiting: 0, failing: 0, losing: 0, unreachable: 0 };

export function openTelegram({
  engine,
  random,
  notes,
}: Pick<World, 'engine' | 'random' | 'notes'>): Telegram {
  let messages = 0;
  const telegram: Telegram = {
    mood: CALM,
    blockers: new Set(),
    departures: [],
    limits: [],
    connection,
    send,
  };

  async function connection({ clock }: Machine): Promise<void> {
    if (random() < NEW_CONNECTIONS) await clock.sleep(NEW_MS.least + random() * NEW_MS.more);
  }

  function send(machine: Machine, about: Parameters<Telegram['send']>[1]): Promise<Posted> {
    const departure: Departure = {
      ...about,
      ...{ machine: machine.name, wasFrozen: machine.wasFrozen(), isAnswerLost: false },
      ...{ atMs: engine.now(), clockMs: machine.clock.now() },
    };
    telegram.departures.push(departure);
    return new Promise((resolve) => {
      engine.after(5 + random() * 20, () => {
        const posted = answer(departure);
        const isLost = departure.isAnswerLost || !machine.isAlive();
        departure.isAnswerLost = isLost;
        engine.after(departure.isAnswerLost ? 2_000 : 5, () => machine.whenAwake(() => resolve(posted)));
      });
    });
  }

  function answer(departure: Departure): Posted {
    const { limiting, failing, losing, unreachable } = telegram.mood;
    const luck = random();
    if (luck < unreachable) return end(departure, 'nothing', { kind: 'unreachable', cause: 'no connection' });
    if (luck < unreachable + limiting || silentUntilMs() > engine.now()) return limit(departure);
    if (telegram.blockers.has(departure.chatId))
      return end(departure, 'refused', { kind: 'refused', code: 403, description: 'bot was blocked' });
    if (luck > 1 - failing) {
      departure.isAnswerLost = true;
      return end(departure, random() < 0.5 ? 'taken' : 'nothing', { kind: 'unknown', cause: '502' });
    }
    departure.isAnswerLost = luck > 1 - failing - losing;
    const posted: Posted = departure.isAnswerLost
      ? { kind: 'unknown', cause: 'no answer' }
      : { kind: 'sent', messageId: ++messages };
    return end(departure, 'taken', posted);
  }

  const silentUntilMs = () => telegram.limits.at(-1)?.untilMs ?? 0;

  function limit(departure: Departure): Posted {
    const running = Math.max(0, silentUntilMs() - engine.now());
    const retryAfterMs =
      running > 0 ? Math.ceil(running / 1000) * 1000 : 1000 * (1 + Math.floor(random() * 5));
    telegram.limits.push({
      atMs: engine.now(),
      untilMs: Math.max(silentUntilMs(), engine.now() + retryAfterMs),
    });
    return end(departure, 'limited', { kind: 'limited', retryAfterMs });
  }

  function end(departure: Departure, fate: Departure['fate'], posted: Posted): Posted {
    if (fate !== undefined) departure.fate = fate;
    const { machine, lane, chatId, occurrences } = departure;
    notes.say(() => `${machine} ${lane} to ${chatId}: ${fate} ${posted.kind} ${JSON.stringify(occurrences)}`);
    return posted;
  }

  return telegram;
}
