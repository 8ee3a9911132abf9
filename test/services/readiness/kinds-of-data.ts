import { shardConsumer } from '#contracts/consumers.ts';
import { sampleEvents } from '../../projections/histories.ts';
import {
  databaseAway,
  deleteConsumer,
  deleteStream,
  type Kind,
  pauseConsumer,
  setFingerprint,
  tick,
} from './causes.ts';

/** Of the services between Telegram's two ends: projector, shards and tick. */
export const DATA_KINDS: readonly Kind[] = [
  {
    service: 'projector',
    name: 'a projection whose tables.sql changed before the start',
    says: /^projection schedules, EVENTS: .*run "npm run habitstream -- projections rebuild schedules"$/m,
    before: (fixture) => setFingerprint(fixture, 'another'),
    cause: async (fixture) => () => setFingerprint(fixture, undefined),
  },
  {
    service: 'projector',
    name: 'a projection that was rebuilt by other code while this one runs',
    says: /^projection schedules, EVENTS: was rebuilt by another version .*: restart this process/m,
    async cause(fixture) {
      await setFingerprint(fixture, 'another');
      return () => setFingerprint(fixture, undefined);
    },
  },
  {
    service: 'projector',
    name: 'a projection that stands still',
    says: /^projection schedules, EVENTS: stands at 0 of \d+ since /m,
    async cause({ pool, js }) {
      const client = await pool.connect();
      await client.query('BEGIN; LOCK TABLE schedules_v1.accounts IN ACCESS EXCLUSIVE MODE');
      for (const { subject, body } of sampleEvents(1, { size: 20 })) await js.publish(subject, body);
      return async () => {
        await client.query('ROLLBACK');
        client.release();
      };
    },
  },
  {
    service: 'projector',
    name: 'a projection beyond the end of its stream',
    says: /^projection analytics, EVENTS: NATS is older than Postgres/m,
    async cause({ pool }) {
      const move = (to: number) =>
        pool.query(
          `UPDATE projections.checkpoints SET sequence = $1 WHERE projection = 'analytics' AND stream = 'EVENTS'`,
          [to],
        );
      await move(100);
      return () => move(0);
    },
  },
  {
    service: 'projector',
    name: 'a consumer that was deleted',
    says: /^consumers: not there, run "npm run habitstream -- provision": projection-schedules-events$/m,
    cause: (fixture) => deleteConsumer(fixture, 'EVENTS', 'projection-schedules-events'),
  },
  {
    service: 'projector',
    name: 'Postgres away',
    says: /^Postgres of the schedules: does not answer/m,
    cause: (fixture) => databaseAway(fixture),
  },
  {
    service: 'shards',
    name: 'a barrier that no tick passes',
    says: /^barrier: no reminders since .*: the schedules stand at 0 of 3/m,
    async cause(fixture) {
      for (const { subject, body } of sampleEvents(1, { size: 3 })) await fixture.js.publish(subject, body);
      await tick(fixture, 3);
      return () => fixture.pool.query('UPDATE projections.checkpoints SET sequence = 3');
    },
  },
  {
    service: 'shards',
    name: 'ticks that nobody publishes',
    says: /^ticks: none yet, is the tick service ready\?$/m,
    async cause(fixture) {
      await fixture.manager.streams.delete('TICKS');
      await fixture.provisionAll();
      return () => tick(fixture, 0);
    },
  },
  {
    service: 'shards',
    name: 'consumers that were deleted',
    says: /^consumers: not there, run "npm run habitstream -- provision": shard-00-of-02$/m,
    cause: (fixture) => deleteConsumer(fixture, 'TICKS', 'shard-00-of-02'),
  },
  {
    service: 'shards',
    name: 'shards that are gone since SHARD_COUNT changed',
    says: /^shards: SHARD_COUNT was changed/m,
    cause: (fixture) => deleteConsumer(fixture, 'TICKS', 'shard-00-of-02'),
  },
  {
    service: 'shards',
    name: 'a consumer that is paused',
    says: /^paused consumers: until .*"nats consumer resume TICKS": shard-01-of-02$/m,
    cause: (fixture) => pauseConsumer(fixture, 'TICKS', shardConsumer(1, 2).name),
  },
  {
    service: 'shards',
    name: 'ticks that all fail',
    says: /^messages: nothing but failures \(error 42P01\) since .*: shard-0\d-of-02/m,
    async cause(fixture) {
      await fixture.pool.query('ALTER VIEW schedules.accounts RENAME TO accounts_away');
      await tick(fixture, 0);
      return () => fixture.pool.query('ALTER VIEW schedules.accounts_away RENAME TO accounts');
    },
  },
  {
    service: 'shards',
    name: 'Postgres away',
    says: /^Postgres: does not answer/m,
    cause: (fixture) => databaseAway(fixture),
  },
  {
    service: 'tick',
    name: 'ticks that cannot be published',
    says: /^ticks: none is published since /m,
    cause: (fixture) => deleteStream(fixture, 'TICKS'),
  },
];
