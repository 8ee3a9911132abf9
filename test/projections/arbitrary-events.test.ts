import { expect, test } from 'vitest';
import { eventCatalogue } from '#contracts/events.ts';
import { sampleEvents } from './histories.ts';

test('histories are made of every event there is', () => {
  const made = sampleEvents(20261128, { histories: 40 }).map(({ body }) => String(JSON.parse(body).type));
  expect([...new Set(made)].toSorted()).toEqual(Object.keys(eventCatalogue).toSorted());
});
