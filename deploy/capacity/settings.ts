import type { LocalDate } from '#contracts/time.ts';

/** What is simulated. */
export type Settings = {
  /** People with at least one reminder. */
  users: number;
  /** A reminder may come up to so many minutes before or after its time. 0: exact times. */
  windowMinutes: number;
  /** Habits with a reminder for each person, on average. */
  habits: number;
  /** Part of a person's further habits whose reminder has the same time as the first, 0 to 1. */
  coalesce: number;
  /** Messages a second: all, and how many of them may be reminders. */
  sendRate: number;
  bulkRate: number;
  /** Part of the delivered reminders whose button is tapped, 0 to 1. Each tap edits a message. */
  taps: number;
  deadlineMs: number;
  /** `max_ack_pending` of each tier's consumer. */
  inFlight: number;
  /** From the slot of a message to its ack. */
  sendMs: number;
  /** First day and number of days, in UTC. */
  from: LocalDate;
  days: number;
  seed: number;
};
