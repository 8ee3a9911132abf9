import type { LocalDate } from '#contracts/time.ts';

/** What is simulated. */
export type Settings = {
  /** People with at least one reminder. */
  users: number;
  /** Every reminder comes at most so many minutes before or after its time; 0 for exact times. */
  windowMinutes: number;
  /** Habits with a reminder that a person has, on average. */
  habits: number;
  /** Part of a person's further habits that is reminded at the very time of the first. */
  coalesce: number;
  /** Messages a second: all, and of these at most so many reminders. */
  sendRate: number;
  bulkRate: number;
  /** Part of the delivered reminders whose button is tapped; each tap edits a message. */
  taps: number;
  deadlineMs: number;
  /** `max_ack_pending` of each tier's consumer, and how long a message is in hand after its slot. */
  inFlight: number;
  sendMs: number;
  /** First day and number of days, in UTC. */
  from: LocalDate;
  days: number;
  seed: number;
};
