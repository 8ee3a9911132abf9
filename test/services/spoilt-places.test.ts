import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buckets, streams } from '#contracts/streams.ts';

/**
 * Where it is tried what happens when something else stands in a bucket or a stream than what belongs there. A new one
 * is missing here until it is tried too.
 */
const TRIED: [name: string, file: string][] = [
  ['dialogs', 'services/bot/stored-states.test.ts'],
  ['throttle', 'services/bot/stored-states.test.ts'],
  ['snapshots', 'services/bot/stored-states.test.ts'],
  ['pacer', 'services/platform/rate-limit/spoilt-state.test.ts'],
  ['leases', 'services/ingress/spoilt-lease.test.ts'],
  ['sending', 'services/sender/spoilt-records.test.ts'],
  ['EVENTS', 'deploy/cli/unreadable-events.test.ts'],
  ['TICKS', 'services/tick/wrong-ticks.test.ts'],
  ['UPDATES', 'deploy/cli/other-subjects.test.ts'],
  ['REMINDERS', 'deploy/cli/other-subjects.test.ts'],
  ['DELIVERIES', 'deploy/cli/other-subjects.test.ts'],
  ['BROADCASTS', 'services/platform/messages/spoilt-broadcasts.test.ts'],
  ['REPLIES', 'services/bot/replies/spoilt-replies.test.ts'],
  ['MOVING', 'deploy/cli/other-subjects.test.ts'],
  ['FORGETTING', 'services/forgetting/spoilt-requests.test.ts'],
  ['TOMBSTONES', 'services/forgetting/spoilt-requests.test.ts'],
  ['DEAD', 'deploy/cli/dead.test.ts'],
  ['REPLAYS', 'deploy/cli/other-subjects.test.ts'],
];

test('every bucket and every stream is tried with what does not belong there', () => {
  const all = [...buckets, ...streams].map(({ name }) => name as string);
  expect(TRIED.map(([name]) => name).toSorted()).toEqual(all.toSorted());
  for (const [, file] of TRIED)
    expect(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8').length).toBeGreaterThan(0);
});
