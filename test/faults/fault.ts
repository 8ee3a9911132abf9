/** The servers that all faults of a run share. Each fault makes its own streams, database and Telegram. */
export type Servers = {
  natsBinary: string;
  /** Leads to the maintenance database of a Postgres. */
  postgresUrl: string;
  /** Servers of a single fault keep their data in it; it is removed after the run. */
  folder: string;
  /**
   * Which part of the rate the processes are given; Telegram permits what it always does. 1 by default, as shipped. Beside
   * other work a process may be put aside for a tenth of a second between its last look at its slot and the write, and
   * no rate limiter can know: that takes more room below Telegram's limit.
   */
  sendShare?: number;
};

/** `runs` is how often the fault strikes. The same seed strikes at the same moments. */
export type FaultSettings = { servers: Servers; seed: number; runs: number };

/** The result of a fault. Counts are of reminders, or of taps where people use the bot. */
export type FaultRow = {
  fault: string;
  runs: number;
  reminders: number;
  /** Reminders without an outcome in DELIVERIES, or recorded as delivered although Telegram never received them. */
  lost: number;
  /** Reminders with more than one message at Telegram, or more than one outcome. */
  duplicated: number;
  /** Requests in the worst sliding second beyond what Telegram permits, all processes and chats together. */
  overBudget: number;
  /** Reminders with this outcome: the reply was lost, or the process died between the request and its record. */
  uncertain: number;
  /** From the fault, or from its end where it lasts, to the first new work of the process that was hit. */
  recoveryMs: { p50: number; max: number };
  seed: number;
  /** Everything else that is not as promised; empty when all is well. */
  violations: string[];
  note?: string;
};

export type Fault = {
  name: string;
  /** How often it strikes in the full version. */
  fullRuns: number;
  run(settings: FaultSettings): Promise<FaultRow>;
  /** Why it cannot be run on this machine, if so. */
  impossible?(): string | undefined;
};

/** Half of `values` are not above p50. Zeros when there are none. */
export function recovery(values: readonly number[]): FaultRow['recoveryMs'] {
  const sorted = [...values].sort((a, b) => a - b);
  const p50 = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return { p50: Math.round(p50), max: Math.round(sorted.at(-1) ?? 0) };
}

/** What a row says is wrong, one line each: none when the fault was survived. */
export function failuresOf({ fault, lost, duplicated, overBudget, violations, seed }: FaultRow): string[] {
  const counts = { lost, duplicated, overBudget };
  const wrong = Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
  return [...wrong, ...violations].map((each) => `${fault}, seed ${seed}: ${each}`);
}
