import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountEvent } from '#contracts/events.ts';
import { decide, evolve, initialState, type State } from '#services/bot/domain/account.ts';
import {
  hasPremium,
  premiumUntilMs,
  subscriptionBefore,
  subscriptionCharge,
} from '#services/bot/domain/premium.ts';

const AT = '2026-12-25T08:00:00.000Z';
const AT_MS = Date.parse(AT);
const MONTH_MS = 30 * 86_400_000;
const registered: AccountEvent = { type: 'AccountRegistered', data: { locale: 'en' } };
const month = (n: number) => new Date(AT_MS + n * MONTH_MS).toISOString();

const grant = (chargeId: string, n = 0, first = n === 0) => ({
  type: 'GrantPremium' as const,
  data: { chargeId, untilAt: month(n), stars: 50, recurring: true, first },
});
const about = (type: 'CancelPremium' | 'ResumePremium' | 'RefundPremium', chargeId = 'a') => ({
  type,
  data: { chargeId },
});
type PremiumCommand = ReturnType<typeof grant> | ReturnType<typeof about>;

const run = (...commands: PremiumCommand[]): State =>
  commands.reduce(
    (state, one) => decide(one, state).reduce(evolve, state),
    evolve(initialState(), registered),
  );

describe('premium', () => {
  it('is granted once for a charge, whatever comes between', () => {
    const granted = decide(grant('a'), run());
    expect(granted).toStrictEqual([{ type: 'PremiumGranted', data: grant('a').data }]);
    expect(decide(grant('a'), run(grant('a')))).toStrictEqual([]);
    expect(decide(grant('a', 5), run(grant('a'), grant('b', 1), about('CancelPremium')))).toStrictEqual([]);
    expect(decide(grant('a'), run(grant('a'), about('RefundPremium')))).toStrictEqual([]);
  });

  it('lasts until the end of the last month that is paid, and ends without an event', () => {
    const { premium } = run(grant('a'), grant('b', 1));
    expect(premiumUntilMs(premium)).toBe(AT_MS + MONTH_MS);
    expect(hasPremium(premium, AT_MS + MONTH_MS - 1)).toBe(true);
    expect(hasPremium(premium, AT_MS + MONTH_MS)).toBe(false);
    expect(premiumUntilMs(run().premium)).toBeUndefined();
    expect(hasPremium(run().premium, 0)).toBe(false);
  });

  it('that is refunded ends with it; other months stay', () => {
    const { premium } = run(grant('a'), grant('b', 1), about('RefundPremium', 'b'));
    expect(premiumUntilMs(premium)).toBe(AT_MS);
    expect(hasPremium(run(grant('a'), about('RefundPremium')).premium, 0)).toBe(false);
  });

  it('is not granted for Stars that had gone back before their payment was told of', () => {
    const state = run(about('RefundPremium', 'late'));
    expect(state.premium.refunded).toStrictEqual(['late']);
    expect(decide(grant('late'), state)).toStrictEqual([]);
  });

  it('is cancelled and resumed once each; a month that was taken shows that it goes on', () => {
    expect(decide(about('CancelPremium'), run(grant('a'), about('CancelPremium')))).toStrictEqual([]);
    expect(decide(about('ResumePremium'), run(grant('a')))).toStrictEqual([]);
    expect(run(grant('a'), about('CancelPremium')).premium.cancelled).toBe(true);
    expect(run(grant('a'), about('CancelPremium'), about('ResumePremium')).premium.cancelled).toBe(false);
    expect(run(grant('a'), about('CancelPremium'), grant('b', 1)).premium.cancelled).toBe(false);
    expect(hasPremium(run(grant('a'), about('CancelPremium')).premium, AT_MS - 1)).toBe(true);
  });

  it('is known to Telegram by the charge that began its last subscription', () => {
    expect(subscriptionCharge(run(grant('a'), grant('b', 1)).premium)).toBe('a');
    expect(subscriptionCharge(run(grant('a'), grant('b', 1), grant('c', 3, true)).premium)).toBe('c');
    expect(subscriptionCharge(run().premium)).toBeUndefined();
  });

  it('knows the subscription that ran on when another one was begun', () => {
    const both = run(grant('a'), grant('b', 1), grant('c', 1, true)).premium;
    expect(subscriptionBefore(both, 'c')).toBe('a');
    expect(subscriptionBefore(both, 'b')).toBeUndefined();
    expect(subscriptionBefore(both, 'a')).toBeUndefined();
    expect(subscriptionBefore(run(grant('a'), grant('c', 1, true)).premium, 'c')).toBeUndefined();
    const refunded = run(grant('a'), about('RefundPremium'), grant('c', 0, true)).premium;
    expect(subscriptionBefore(refunded, 'c')).toBeUndefined();
  });

  it('for any commands: a charge is granted at most once, and a repetition is silent', () => {
    const charge = fc.constantFrom('a', 'b', 'c');
    const command: fc.Arbitrary<PremiumCommand> = fc.oneof(
      fc.tuple(charge, fc.nat(3)).map(([chargeId, n]) => grant(chargeId, n)),
      fc
        .tuple(
          fc.constantFrom('CancelPremium' as const, 'ResumePremium' as const, 'RefundPremium' as const),
          charge,
        )
        .map(([type, chargeId]) => about(type, chargeId)),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        let state = run();
        for (const one of commands) {
          state = decide(one, state).reduce(evolve, state);
          expect(decide(one, state)).toStrictEqual([]);
        }
        const ids = state.premium.charges.map(({ chargeId }) => chargeId);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});
