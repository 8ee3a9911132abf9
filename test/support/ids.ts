import { ACCOUNT, type AggregateId, BroadcastId, EventSequence, HabitId, UserId } from '#contracts/ids.ts';
import { EpochMinute } from '#contracts/time.ts';

/*
 * Branded ids and minutes from plain values. Each function throws for an invalid one.
 */

export const asUserId = (id: number | string): UserId => UserId.parse(String(id));
export const asHabitId = (id: string): HabitId => HabitId.parse(id);
export const asAggregateId = (id: string): AggregateId => (id === ACCOUNT ? ACCOUNT : asHabitId(id));
export const asEventSequence = (sequence: number): EventSequence => EventSequence.parse(sequence);
export const asMinute = (minute: number): EpochMinute => EpochMinute.parse(minute);
export const asBroadcastId = (id: string): BroadcastId => BroadcastId.parse(id);
