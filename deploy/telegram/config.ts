import type { NewPerson } from './chats/person.ts';
import type { LimitFigures } from './limits/limits.ts';

/**
 * How a simulator is to run. Limits default to Telegram's, see limits/limits.ts. `now` (Unix milliseconds) stands
 * in for the clock in dates, ages and limits; timers for polls and webhook retries still run in real time.
 */
export type SimulatorConfig = Partial<LimitFigures> & {
  /** 0 takes a free port. */
  port: number;
  host: '127.0.0.1';
  /** As the bot gives it in the path: digits, a colon, a secret. */
  botToken: string;
  botName?: string;
  botUsername?: string;
  /** Where chats and files are kept over a restart; without it everything is in memory. */
  dataDir?: string;
  /** Who there is at the first start. */
  people?: readonly NewPerson[];
  /** How many request records stay readable; counters go on regardless. */
  requestsKept?: number;
  webhookRetryMs?: number;
  callbackLifetimeMs?: number;
  /** How long a payment waits for the bot's answer. */
  preCheckoutMs?: number;
  now?: () => number;
  /** Whether each record says since when its request may have waited to be noticed; costs 200 timers a second. */
  watchStandstills?: boolean;
  /** Told one line when something worth knowing happens inside, such as an unexpected failure. */
  log?: (line: string) => void;
};
