import { getInMemoryEventStore } from '@event-driven-io/emmett';
import { provision } from '#deploy/provision/provision.ts';
import { jetStreamEventStore } from '#services/platform/event-store/event-store.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { startTestNats } from '#test/support/nats.ts';
import { eventStoreContract } from './contract.ts';
import { account, tally } from './tally.ts';

eventStoreContract("Emmett's own in memory", async () => ({
  store: getInMemoryEventStore(),
  close: async () => {},
}));

eventStoreContract('JetStream', async () => {
  const server = await startTestNats();
  const nats = await server.connection();
  await provision(nats, { shardCount: 1 });
  const store = jetStreamEventStore(nats, { clock: systemClock, aggregates: { account, habit: tally } });
  return {
    store,
    async close() {
      await store.close();
      await server.stop();
    },
  };
});
