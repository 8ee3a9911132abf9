import { Counter, Histogram } from 'prom-client';
import { type Delivery, DeliveryOutcome, Tier } from '#contracts/messages.ts';
import { type Metrics, registersOf } from '#services/platform/process/metrics.ts';

const LATENESS_S = [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200];

/** Told of each delivery when DELIVERIES has it, once however often it is published. */
export function deliveryMetrics(metrics: Metrics): (delivery: Delivery) => void {
  const outcomes = new Counter({
    name: 'habitstream_deliveries_total',
    help: 'How reminders and messages of broadcasts ended: "failed" is a refusal of Telegram, "uncertain" a reply that was lost',
    labelNames: ['tier', 'outcome'],
    registers: registersOf(metrics),
  });
  const lateness = new Histogram({
    name: 'habitstream_delivery_lateness_seconds',
    help: 'From the minute of a reminder, or the request of a broadcast, until Telegram took the message',
    labelNames: ['tier'],
    buckets: LATENESS_S,
    registers: registersOf(metrics),
  });
  for (const tier of Tier.options) {
    lateness.zero({ tier });
    for (const outcome of DeliveryOutcome.options) outcomes.inc({ tier, outcome }, 0);
  }
  return ({ tier, outcome, latenessMs }) => {
    outcomes.inc({ tier, outcome });
    if (outcome === 'delivered' || outcome === 'asked') lateness.observe({ tier }, latenessMs / 1000);
  };
}
