import { Api } from 'grammy';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { type BotFixture, startBotFixture, TOKEN } from '../../fixture.ts';

const PLAN = { premiumPriceStars: 50, freeHabits: 1, freeReminders: 2, paymentSupport: '@help' };

/** Whether a message says this. */
export const has =
  (what: string) =>
  ({ text }: { text?: string | undefined }) =>
    text?.includes(what) === true;

export type PremiumFixture = BotFixture & {
  api: Api;
  premium: {
    /** What is recorded of a person's premium. */
    events(person: { id: number }): Promise<{ type: string; data: unknown }[]>;
    /** Methods that were called from an index on, polls aside. */
    requestsSince(index: number): Promise<string[]>;
    nextIndex(): Promise<number>;
  };
};

/** A bot that sells premium. */
export async function startPremiumFixture(): Promise<PremiumFixture> {
  const fixture = await startBotFixture(undefined, PLAN);
  return {
    ...fixture,
    api: new Api(TOKEN, { apiRoot: fixture.telegramUrl }),
    premium: {
      events: async ({ id }) => (await fixture.events(id)).filter(({ type }) => type.startsWith('Premium')),
      requestsSince: async (since) =>
        (await fixture.telegram.requests({ since }))
          .map(({ method }) => method)
          .filter((method) => method !== 'getUpdates'),
      nextIndex: async () => ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1,
    },
  };
}

type WithButtons = {
  reply_markup?: { inline_keyboard?: { url?: string | undefined }[][] | undefined } | undefined;
};

/** A link to pay, as the button of a message has it. */
export function linkIn({ reply_markup: markup }: WithButtons): string {
  const url = markup?.inline_keyboard?.flat()[0]?.url;
  if (!url) throw new Error('no link to pay');
  return url;
}

/** Pays, and resolves with the charge. */
export async function pay(person: SimulatedPerson, link: string): Promise<string> {
  const outcome = await person.pay(link);
  if (!outcome.paid) throw new Error(outcome.error);
  return outcome.chargeId;
}
