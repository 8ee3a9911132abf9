import { ACCOUNT, type AggregateId, HabitId, UserId } from '#contracts/ids.ts';

/** One aggregate of one person. */
export type AggregateRef = { userId: UserId; aggregateId: AggregateId };

/** Emmett's name for an aggregate's stream: `<userId>.<account or habit id>`. */
export function streamName({ userId, aggregateId }: AggregateRef): string {
  return `${userId}.${aggregateId}`;
}

/** @throws {TypeError} for a name that {@link streamName} never gives. */
export function parseStreamName(name: string): AggregateRef {
  const [user, aggregate, ...rest] = name.split('.');
  const userId = UserId.safeParse(user);
  const aggregateId = aggregate === ACCOUNT ? ACCOUNT : HabitId.safeParse(aggregate).data;
  if (!userId.success || !aggregateId || rest.length > 0) throw new TypeError(`not a stream's name: ${name}`);
  return { userId: userId.data, aggregateId };
}
