import { parseArgs } from 'node:util';
import { z } from 'zod';
import { FREE_RATE, ratePerSecond, setting } from '#services/platform/process/settings.ts';
import type { Rates } from '#services/platform/rate-limit/slots.ts';
import { WrongUsage, wrongOptions } from './usage.ts';

const SHIPPED = { whole: setting.sendRate.parse(undefined), bulk: setting.bulkRate.parse(undefined) };

const Options = z.object({ rate: ratePerSecond, 'bulk-rate': ratePerSecond.optional() });

/**
 * What the fleet is to be set to: undefined for its settings. Without `--bulk-rate` replies keep the part of the rate that they have
 * as shipped.
 * @throws {WrongUsage} for rates that Telegram does not take.
 */
export function ratesFrom(args: string[]): Rates | undefined {
  const { values } = parseArgs({
    args,
    options: {
      rate: { type: 'string' },
      'bulk-rate': { type: 'string' },
      'paid-broadcast': { type: 'boolean', default: false },
      default: { type: 'boolean', default: false },
    },
  });
  const { default: isDefault, 'paid-broadcast': isPaid, ...given } = values;
  if (isDefault) {
    if (Object.keys(given).length > 0)
      throw new WrongUsage('--default returns to SEND_RATE and BULK_RATE: it takes no rate.');
    return undefined;
  }
  const parsed = Options.safeParse(given);
  if (!parsed.success) throw wrongOptions(parsed.error);
  const { rate: whole, 'bulk-rate': bulk = bulkOf(whole) } = parsed.data;
  if (bulk > whole) throw new WrongUsage('--bulk-rate is a part of --rate.');
  if (whole > FREE_RATE && !isPaid)
    throw new WrongUsage(
      `--rate: Telegram takes ${FREE_RATE} messages a second without payment, and answers 429 to more: then nothing is sent for a while.\n` +
        'A fleet whose senders have PAID_BROADCAST=true may send more: say so by --paid-broadcast.',
    );
  return { whole, bulk };
}

const bulkOf = (whole: number): number => Math.max(1, Math.floor((whole * SHIPPED.bulk) / SHIPPED.whole));
