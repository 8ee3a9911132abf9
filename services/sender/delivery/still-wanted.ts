import type { Attempt, MessageState } from './message-state.ts';
import type { Check } from './work.ts';

/** What is still to be sent by what is known now. The other items come to their outcome here. */
export async function stillWanted(
  { ports, work, others }: Attempt,
  { left, index, by }: MessageState,
): Promise<Check> {
  const check = await work.check(left, index, others);
  for (const { item, result } of check.unwanted) await ports.settlement.endUnsent(work, item, by, result);
  return check;
}
