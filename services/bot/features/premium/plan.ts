/** What is sold, and what people have without it. Nothing is sold and nothing is limited where there is no plan. */
export type Plan = {
  /** For 30 days. */
  stars: number;
  /** Habits that are not archived. */
  freeHabits: number;
  /** Reminders of one habit. */
  freeReminders: number;
  /** Where people get help with a payment. */
  support: string;
};

/** Its part of the bot's configuration. */
export type PlanSettings = {
  premiumPriceStars?: number | undefined;
  freeHabits?: number | undefined;
  freeReminders?: number | undefined;
  paymentSupport?: string | undefined;
};

/** Enough for a person to see whether the bot is theirs. */
const FREE = { habits: 10, reminders: 3 } as const;

/** @returns undefined without a price. */
export function planOf(settings: PlanSettings): Plan | undefined {
  const { premiumPriceStars: stars, freeHabits = FREE.habits, freeReminders = FREE.reminders } = settings;
  const { paymentSupport: support = '' } = settings;
  return stars === undefined ? undefined : { stars, freeHabits, freeReminders, support };
}
