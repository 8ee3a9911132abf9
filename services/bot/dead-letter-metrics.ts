import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { DEAD_LETTERS } from '#contracts/subjects.ts';
import { gaugesByAsking, type Metrics } from '#services/platform/process/metrics.ts';

const GAUGES = {
  habitstream_dead_letters: { help: 'Dead letters of all services that are in DEAD' },
  habitstream_consumer_dead_letters: {
    help: 'Of these, by the consumer that gave them up; without those that gave up none',
    labels: ['consumer'],
  },
} as const;

/** Of all services, because the bot's user may see how much is in DEAD and theirs may not. */
export function measureDeadLetters(metrics: Metrics, nats: NatsConnection): void {
  gaugesByAsking(metrics, GAUGES, async () => {
    const { streams } = await jetstreamManager(nats, { checkAPI: false });
    const { state } = await streams.info('DEAD', { subjects_filter: DEAD_LETTERS });
    const bySubject = Object.entries(state.subjects ?? {});
    return {
      habitstream_dead_letters: [{ value: bySubject.reduce((sum, [, count]) => sum + count, 0) }],
      habitstream_consumer_dead_letters: bySubject.map(([subject, value]) => ({
        labels: { consumer: subject.slice(subject.indexOf('.') + 1) },
        value,
      })),
    };
  });
}
