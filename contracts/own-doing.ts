import type { DomainEvent } from './events.ts';

/**
 * Whether an event is its person's own doing, and so a sign of life. Telegram says that the bot was blocked and takes the next
 * month of premium by itself; the bot asks whether to go on; others end or give back what was paid.
 */
export function isOwnDoing(event: DomainEvent): boolean {
  switch (event.type) {
    case 'BotBlocked':
    case 'ContinuationAsked':
    case 'PremiumCancelled':
    case 'PremiumRefunded':
      return false;
    case 'PremiumGranted':
      return event.data.first;
    default:
      return true;
  }
}
