import { randomUUID } from 'node:crypto';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { senderConsumer, TIERS } from '#contracts/consumers.ts';
import { redrive } from '#services/platform/jetstream/redrive-letter.ts';
import { openDeadLetters } from '#services/platform/jetstream/stored-letters.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { FREE_RATE } from '#services/platform/process/settings.ts';
import type { BudgetControl } from '#services/platform/rate-limit/budget-control.ts';
import { duration } from './findings.ts';

const TIER_CONSUMERS = TIERS.map((tier) => senderConsumer(tier).name);
const LONGEST_PAUSE_MINUTES = 24 * 60;
const Consumer = z.enum(TIER_CONSUMERS);

/** What an operator may do here. A pause has an end, so that nobody forgets it. */
export const Action = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pause'),
    consumer: Consumer,
    minutes: z.int().min(1).max(LONGEST_PAUSE_MINUTES),
  }),
  z.strictObject({ kind: z.literal('go-on'), consumer: Consumer }),
  z.strictObject({ kind: z.literal('end-telegram-pause') }),
  z
    .strictObject({
      kind: z.literal('set-rate'),
      whole: z.int().min(1).max(FREE_RATE),
      bulk: z.int().min(1),
    })
    .refine(({ whole, bulk }) => bulk <= whole, 'bulk is a part of the whole'),
  z.strictObject({ kind: z.literal('give-rate-back') }),
  z.strictObject({ kind: z.literal('redrive'), consumer: z.string().regex(/^[\w-]{1,64}$/) }),
]);
export type Action = z.infer<typeof Action>;

type Ports = { nats: NatsConnection; clock: Clock; budget: BudgetControl };

/** @returns what was done, in a line for the operator. @throws when NATS refuses it or is away. */
export async function act(ports: Ports, action: Action): Promise<string> {
  const { nats, clock, budget } = ports;
  switch (action.kind) {
    case 'pause': {
      const untilMs = clock.now() + action.minutes * 60_000;
      const { consumers } = await jetstreamManager(nats, { checkAPI: false });
      await consumers.pause('REMINDERS', action.consumer, new Date(untilMs));
      return `${action.consumer} is paused until ${new Date(untilMs).toISOString()}.`;
    }
    case 'go-on': {
      const { consumers } = await jetstreamManager(nats, { checkAPI: false });
      await consumers.resume('REMINDERS', action.consumer);
      return `${action.consumer} goes on.`;
    }
    case 'end-telegram-pause': {
      const { pause, nowMs, held } = await budget.resume(randomUUID());
      if (!pause && held.length === 0) return 'Nobody was waiting.';
      const left = pause ? `, ${duration(pause.untilMs - nowMs)} early` : '';
      return `The pause is over${left}; ${held.length} chats that were held are let go.`;
    }
    case 'set-rate': {
      const { whole, bulk } = action;
      await budget.setRates({ whole, bulk });
      return `Every process sends at most ${whole} a second, ${bulk} of these reminders and broadcasts.`;
    }
    case 'give-rate-back':
      await budget.setRates(undefined);
      return 'Every process sends by its settings again.';
    case 'redrive':
      return redriveAll(nats, action.consumer);
  }
}

async function redriveAll(nats: NatsConnection, consumer: string): Promise<string> {
  const letters = await openDeadLetters(nats);
  let redriven = 0;
  const kept = new Set<string>();
  for await (const stored of letters.all(consumer)) {
    const result = await redrive(nats, letters, stored);
    if (result.kind === 'redriven') redriven++;
    else kept.add(result.why);
  }
  const why = kept.size === 0 ? '' : ` Kept: ${[...kept].join('; ')}.`;
  return `${redriven} dead letters of ${consumer} are tried again.${why}`;
}
