import type { Occurrence } from '#contracts/messages.ts';
import type { Random } from '#deploy/capacity/random.ts';
import type { Posted } from '#services/sender/delivery/post.ts';
import type { Engine } from './engine.ts';
import type { Machine } from './machine.ts';
import type { Notes } from './notes.ts';

/** A request that left a process. */
export type Departure = {
  atMs: number;
  /** By the clock of the process. */
  clockMs: number;
  /** The process was frozen at some time: it may have acted on what it had read before. */
  wasFrozen: boolean;
  lane: 'reply' | 'bulk';
  chatId: string;
  machine: string;
  occurrences: readonly Occurrence[];
  /** How many due messages it is about. */
  minutes: number;
  /** What Telegram did with it, when that is known. */
  fate?: 'taken' | 'refused' | 'limited' | 'nothing';
  /** Whether the process never learned what Telegram did. */
  isAnswerLost: boolean;
};

/** How often requests fail now; faults change it. */
export type FailureRates = {
  /** Shares of all requests: answered 429 without cause, answered 5xx, accepted without an answer, not reached. */
  limiting: number;
  failing: number;
  losing: number;
  unreachable: number;
};

export type Telegram = {
  failures: FailureRates;
  blockers: Set<string>;
  departures: Departure[];
  /** When Telegram said 429, and until when nothing may be sent. */
  limits: { atMs: number; untilMs: number }[];
  /** Resolves when a connection is open. Some have to be opened first. */
  connection(machine: Machine): Promise<void>;
  send(
    machine: Machine,
    departure: Pick<Departure, 'lane' | 'chatId' | 'occurrences' | 'minutes'>,
  ): Promise<Posted>;
};

/** The share of connections that are new, and how long their handshake takes. */
const NEW_CONNECTIONS = 0.1;
const NEW_MS = { least: 20, more: 180 };

export const NO_FAILURES: FailureRates = { limiting: 0, failing: 0, losing: 0, unreachable: 0 };

type TelegramPorts = { engine: Engine; random: Random; notes: Pick<Notes, 'say'> };

export function openTelegram({ engine, random, notes }: TelegramPorts): Telegram {
  let messages = 0;
  const telegram: Telegram = {
    failures: NO_FAILURES,
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
    const { limiting, failing, losing, unreachable } = telegram.failures;
    const luck = random();
    if (luck < unreachable) return end(departure, 'nothing', { kind: 'unreachable', cause: 'no connection' });
    if (luck < unreachable + limiting || limitedUntilMs() > engine.now()) return limit(departure);
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

  const limitedUntilMs = () => telegram.limits.at(-1)?.untilMs ?? 0;

  function limit(departure: Departure): Posted {
    const running = Math.max(0, limitedUntilMs() - engine.now());
    const retryAfterMs =
      running > 0 ? Math.ceil(running / 1000) * 1000 : 1000 * (1 + Math.floor(random() * 5));
    telegram.limits.push({
      atMs: engine.now(),
      untilMs: Math.max(limitedUntilMs(), engine.now() + retryAfterMs),
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
