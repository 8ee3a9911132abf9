import { expect } from 'vitest';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { eventually } from '#test/support/eventually.ts';
import type { StoresFixture } from './fixture.ts';

/** Resolves when all who read rows made from EVENTS say such a line: each projection of the projector, shards and sender. */
export async function allRefuse(fixture: StoresFixture, line: RegExp): Promise<void> {
  const readers = (await projectionConsumers()).filter(({ stream }) => stream === 'EVENTS');
  const said = expect.stringMatching(line);
  await eventually(async () =>
    expect(await fixture.complaints()).toEqual({
      projector: readers.map(() => said),
      shards: [said],
      sender: [said],
    }),
  );
}
