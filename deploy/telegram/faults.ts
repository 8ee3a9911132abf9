import { z } from 'zod';

/**
 * A rule for calls that are to go wrong. Without `method` and `chatId` it meets every call; `times` is how often
 * it acts (absent: always); `skip` lets that many matching calls pass first.
 */
export const faultRuleSchema = z
  .object({
    method: z.string().optional(),
    chatId: z.int().optional(),
    times: z.int().positive().optional(),
    skip: z.int().nonnegative().optional(),
    /** Answer with this code instead of doing it. */
    status: z.int().min(400).max(599).optional(),
    /** The description of that answer. */
    error: z.string().optional(),
    /** Answer 429 with this many seconds instead of doing it. */
    retryAfter: z.int().positive().optional(),
    /** Do it at once, but hold the answer back. Milliseconds. */
    delayMs: z.number().nonnegative().optional(),
    /** Do it, then cut the connection without an answer. */
    dropReply: z.boolean().optional(),
    /** Cut the connection without doing it. */
    dropBefore: z.boolean().optional(),
    /** Hold the call until `release`: before doing it, or after doing it and before answering. */
    hold: z.enum(['before', 'after']).optional(),
  })
  .strict();
export type FaultRule = z.infer<typeof faultRuleSchema>;

export type Faults = {
  add(rule: FaultRule): void;
  /** The first rule for this call, used up by one; undefined when nothing is to go wrong. */
  match(method: string, chatId: number | undefined): FaultRule | undefined;
  /** The rules still in force, with what is left of `times` and `skip`. */
  list(): FaultRule[];
  clear(): void;
  /** Resolves when held calls are released or the rules are cleared. */
  held(): Promise<void>;
  /** Lets all held calls go on, and says how many there were. */
  release(): number;
};

export function createFaults(): Faults {
  let rules: FaultRule[] = [];
  let waiting: (() => void)[] = [];

  function release(): number {
    const released = waiting;
    waiting = [];
    for (const go of released) go();
    return released.length;
  }

  return {
    add(rule) {
      rules.push({ ...rule });
    },
    match(method, chatId) {
      const rule = rules.find((candidate) => isFor(candidate, method, chatId));
      if (!rule) return undefined;
      if (rule.skip) {
        rule.skip -= 1;
        return undefined;
      }
      if (rule.times !== undefined) rule.times -= 1;
      rules = rules.filter((other) => other.times !== 0);
      return rule;
    },
    list: () => rules.map((rule) => ({ ...rule })),
    clear() {
      rules = [];
      release();
    },
    held: () => new Promise((resolve) => waiting.push(resolve)),
    release,
  };
}

function isFor(rule: FaultRule, method: string, chatId: number | undefined): boolean {
  if (rule.method !== undefined && rule.method.toLowerCase() !== method.toLowerCase()) return false;
  return rule.chatId === undefined || rule.chatId === chatId;
}
