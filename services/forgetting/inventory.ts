import type { UserId } from '#contracts/ids.ts';
import { countRows } from '#projections/engine/forgotten-rows.ts';
import { loadProjections } from '#projections/engine/registry.ts';
import type { Databases } from '#projections/engine/versions.ts';
import { ERASABLE, type StoredMessages } from './stored-messages.ts';

/** How much there is of a person in one place. */
export type Holding = { place: string; count: number };

/** What forgetting a person would remove, by stream and by projection. Nothing is changed. */
export async function inventoryOf(
  { messages, databases }: { messages: StoredMessages; databases: Databases },
  userId: UserId,
): Promise<Holding[]> {
  const holdings: Holding[] = [];
  for (const stream of ERASABLE) {
    let count = 0;
    for await (const page of messages.pages(stream, { userId })) count += page.length;
    holdings.push({ place: stream, count });
  }
  for (const projection of await loadProjections()) {
    const count = await countRows(databases[projection.database], projection, userId);
    holdings.push({ place: `rows of ${projection.name}`, count });
  }
  return holdings;
}
