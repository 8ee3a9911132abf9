/** In seconds, when Telegram's `retry_after` is absent or makes no sense. */
const DEFAULT_S = 5;

/**
 * What `retry_after` is believed: an error of Telegram's must not end all reminders, and a timer cannot be set for more
 * than 24 days. After it, Telegram is tried again.
 */
export const BELIEVED_MS = { all: 3_600_000, chat: 86_400_000 } as const;

/** @param seconds Telegram's `retry_after`, as it came */
export function retryAfterMs(seconds: unknown): number {
  return 1000 * (typeof seconds === 'number' && seconds > 0 ? seconds : DEFAULT_S);
}
