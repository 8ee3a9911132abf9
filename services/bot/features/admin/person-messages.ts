import type { Locale } from '#contracts/account-events.ts';
import type { RecordedEvent } from '#contracts/events.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { RecordedDelivery } from '#projections/engine/delivery.ts';
import type { Translate } from '#services/platform/messages/i18n/translator.ts';
import { lines, paragraphs, type Rendered } from '../../conversation/render-context.ts';
import { frequencyText, remindersText } from '../../conversation/words.ts';
import { isPausedOn } from '../../domain/habit-state.ts';
import { paidCharges, premiumUntilMs } from '../../domain/premium.ts';
import type { Habit, Person } from '../../person.ts';
import { button, rendered } from './messages.ts';
import type { Recent } from './recent.ts';

/** With these, and texts cut to a line, the message stays below Telegram's 4,096 characters. */
const MOST = { habits: 12, charges: 3, line: 90 } as const;

export type Found = { person: Person; recent: Recent };

/** What is known of a person: no more than they would see themselves, and what the log says. */
export function personMessage(t: Translate, locale: Locale, { person, recent }: Found): Rendered {
  const { userId, account, habits } = person;
  const head = t('admin-person', { id: userId });
  if (!account.registered) return rendered(paragraphs(head, t('admin-person-unknown')), back(t));
  const shown = habits.slice(0, MOST.habits);
  const more = habits.length - shown.length;
  const text = paragraphs(
    lines(head, ...stateLines(t, person)),
    lines(
      t('admin-person-habits', { count: habits.length }),
      ...shown.map((habit) => cut(habitText({ t, locale, today: person.today }, habit))),
      more > 0 && t('admin-person-more', { count: more }),
    ),
    recent.events.length > 0 &&
      lines(t('admin-person-events'), ...recent.events.map((event) => eventText(event, habits))),
    recent.deliveries.length > 0 &&
      lines(t('admin-person-deliveries'), ...recent.deliveries.map((each) => deliveryText(t, each))),
    recent.unreadable > 0 && t('admin-person-unreadable', { count: recent.unreadable }),
  );
  return rendered(text, ...refundRows(t, person), back(t));
}

const back = (t: Translate) => [
  button(t('admin-button-find'), { do: 'find' }),
  button(t('admin-button-figures'), { do: 'figures' }),
];

function stateLines(t: Translate, { account, nowMs }: Person): (string | false)[] {
  const { locale, timezone, dayStartsAt, quiet, blocked, remindersStopped, premium } = account;
  const untilMs = premiumUntilMs(premium);
  return [
    t('admin-person-account', { locale, timezone: timezone ?? '–', dayStartsAt }),
    quiet !== null && t('admin-person-quiet', { from: quiet.from, to: quiet.to }),
    blocked && t('admin-person-blocked'),
    remindersStopped && t('admin-person-stopped'),
    untilMs !== undefined &&
      t(untilMs > nowMs ? 'admin-person-premium' : 'admin-person-premium-ended', { date: dayOf(untilMs) }),
  ];
}

function habitText(
  { t, locale, today }: { t: Translate; locale: Locale; today: LocalDate },
  { state }: Habit,
): string {
  const { name, frequency, reminders, archived } = state;
  const status = archived ? '🗄' : isPausedOn(state, today) ? '⏸' : '•';
  const times = remindersText(t, locale, reminders, [1, 2, 3, 4, 5, 6, 7]);
  return [`${status} ${name}`, frequencyText(t, locale, frequency), times].filter(Boolean).join(', ');
}

/** Types as the log has them: an admin compares them with it. */
function eventText({ at, type, aggregateId }: RecordedEvent, habits: readonly Habit[]): string {
  const name = habits.find(({ habitId }) => habitId === aggregateId)?.state.name;
  return cut(`${minuteOf(at)} ${type}${name === undefined ? '' : ` ${name}`}`);
}

function deliveryText(t: Translate, { at, outcome, reason, tier, latenessMs }: RecordedDelivery): string {
  // A broadcast is due at no time.
  const late =
    tier === 'broadcast' ? '' : `, ${t('admin-late', { seconds: Math.round(latenessMs / 100) / 10 })}`;
  return cut(`${minuteOf(at)} ${outcome}${reason === undefined ? '' : ` (${reason})`}, ${tier}${late}`);
}

/** The last charges that may be given back. The number of a charge never changes, since none is ever taken away. */
function refundRows(t: Translate, { userId, account: { premium } }: Person) {
  return paidCharges(premium)
    .slice(-MOST.charges)
    .map((charge) => {
      const args = { stars: charge.stars, date: dayOf(Date.parse(charge.untilAt)) };
      const number = premium.charges.indexOf(charge);
      return [button(t('admin-button-refund', args), { do: 'askRefund', userId, charge: number })];
    });
}

/** Asks before Stars go back. */
export function askRefundMessage(t: Translate, { userId, account }: Person, charge: number): Rendered {
  const { stars = 0 } = account.premium.charges[charge] ?? {};
  return rendered(
    t('admin-ask-refund', { id: userId, stars }),
    [button(t('admin-button-refund-sure'), { do: 'refund', userId, charge })],
    [button(t('button-back'), { do: 'person', userId })],
  );
}

const minuteOf = (at: string): string => at.slice(5, 16).replace('T', ' ');
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** In UTF-16 units, as Telegram counts; no character is cut in half. */
function cut(text: string): string {
  if (text.length <= MOST.line) return text;
  const kept = text.slice(0, MOST.line - 1);
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
}
