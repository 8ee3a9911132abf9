import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import { SUBSCRIPTION_SECONDS } from '#contracts/premium.ts';
import type { AccountCommand } from '#services/bot/domain/account-commands.ts';
import { DEFAULT_MIX } from '../../capacity/default-mix.ts';
import { exponential, happens, oneOf, wholeBetween } from './chances.ts';
import type { Incident } from './habit-incidents.ts';
import { isPresent, type Life, usableHabits } from './life.ts';
import { DAY_MS } from './traits.ts';

/** A setting, and what the person sets it to. */
const setting =
  (command: (life: Life, nowMs: number) => AccountCommand): Incident['act'] =>
  (life, nowMs) => {
    life.toAccount(nowMs, command(life, nowMs));
  };

export const ACCOUNT_INCIDENTS: readonly Incident[] = [
  { perDay: 0.004, act: planVacation },
  { perDay: 0.003, act: travel },
  { perDay: 0.0006, act: stopReminders },
  { perDay: 0.001, act: blockForAWhile },
  {
    perDay: 0.0008,
    act: setting(({ diary }) => ({
      type: 'ChangeLocale',
      data: { locale: diary.account().locale === 'en' ? 'ru' : 'en' },
    })),
  },
  {
    perDay: 0.0012,
    act: setting(({ random }) => ({
      type: 'ChangeDayStart',
      data: { dayStartsAt: oneOf(random, ['00:00', '02:00', '03:00', '04:30']) },
    })),
  },
  {
    perDay: 0.003,
    act: setting(({ random }) => ({
      type: 'ChangeQuietHours',
      data: { quiet: happens(random, 0.25) ? null : oneOf(random, [NIGHT, LONG_NIGHT]) },
    })),
  },
  {
    perDay: 0.001,
    act: setting(({ random }) => ({
      type: 'ChangeDefaultWindow',
      data: { windowMinutes: happens(random, 0.3) ? null : oneOf(random, [15, 30]) },
    })),
  },
  {
    perDay: 0.003,
    act: setting(({ random }) => ({
      type: 'ChangeDigest',
      data: { digest: happens(random, 0.2) ? null : { weekday: oneOf(random, [7, 7, 1]), at: '18:00' } },
    })),
  },
  {
    perDay: 0.0015,
    act: setting(({ random }) => ({ type: 'ChangeClock', data: { clock: oneOf(random, ['h12', 'h24']) } })),
  },
  {
    perDay: 0.002,
    act: setting((life) => ({
      type: 'ReorderHabits',
      data: {
        habitIds: usableHabits(life)
          .map(({ habitId }) => habitId)
          .toReversed(),
      },
    })),
  },
];

const NIGHT = { from: '22:30', to: '07:00' };
const LONG_NIGHT = { from: '21:00', to: '08:30' };

function planVacation(life: Life, nowMs: number): void {
  const today = life.diary.today(nowMs);
  const from = epochDayOf(today) + wholeBetween(life.random, 0, 10);
  const to = from + wholeBetween(life.random, 2, 16);
  life.toAccount(nowMs, { type: 'PlanVacation', data: { from: dateOf(from), to: dateOf(to), today } });
  if (!happens(life.random, 0.2)) return;
  life.at(nowMs + exponential(life.random, 5) * DAY_MS, (atMs) =>
    life.toAccount(atMs, { type: 'CancelVacation', data: { today: life.diary.today(atMs) } }),
  );
}

/** Another zone for some days, and home again. */
function travel(life: Life, nowMs: number): void {
  const { timezone } = oneOf(life.random, ZONES);
  const home = life.traits.timezone;
  life.toAccount(nowMs, { type: 'ChangeTimezone', data: { timezone } });
  life.at(nowMs + (2 + exponential(life.random, 8)) * DAY_MS, (atMs) =>
    life.toAccount(atMs, { type: 'ChangeTimezone', data: { timezone: home } }),
  );
}

const [firstZone = { timezone: 'UTC' }, ...otherZones] = DEFAULT_MIX;
const ZONES = [firstZone, ...otherZones] as const;

function stopReminders(life: Life, nowMs: number): void {
  life.toAccount(nowMs, { type: 'StopReminders', data: {} });
  life.at(nowMs + (1 + exponential(life.random, 6)) * DAY_MS, (atMs) => {
    if (isPresent(life, atMs)) continueReminders(life, atMs);
  });
}

export function continueReminders(life: Life, nowMs: number): void {
  life.toAccount(nowMs, { type: 'ContinueReminders', data: { today: life.diary.today(nowMs) } });
}

function blockForAWhile(life: Life, nowMs: number): void {
  life.toAccount(nowMs, { type: 'RecordBlock', data: {} });
  life.at(nowMs + (0.1 + exponential(life.random, 3)) * DAY_MS, (atMs) => {
    if (isPresent(life, atMs)) life.toAccount(atMs, { type: 'RecordUnblock', data: {} });
  });
}

const STARS = 250;

/** A month of premium, and each next one until it is cancelled. */
export function subscribe(life: Life, nowMs: number, month = 1): void {
  const chargeId = `generated-${life.diary.userId}-${month}`;
  const untilAt = new Date(nowMs + SUBSCRIPTION_SECONDS * 1000).toISOString();
  const charge = { chargeId, untilAt, stars: STARS, recurring: true, first: month === 1 };
  life.toAccount(nowMs, { type: 'GrantPremium', data: charge });
  const first = `generated-${life.diary.userId}-1`;
  const share = life.random();
  if (share < 0.1) {
    life.at(nowMs + DAY_MS, (atMs) => life.toAccount(atMs, { type: 'RefundPremium', data: { chargeId } }));
    return;
  }
  if (share > 0.4) {
    life.at(Date.parse(untilAt), (atMs) => subscribe(life, atMs, month + 1));
    return;
  }
  life.at(nowMs + exponential(life.random, 5) * DAY_MS, (atMs) => {
    life.toAccount(atMs, { type: 'CancelPremium', data: { chargeId: first } });
    if (!happens(life.random, 0.3)) return;
    life.at(atMs + DAY_MS, (againMs) =>
      life.toAccount(againMs, { type: 'ResumePremium', data: { chargeId: first } }),
    );
  });
}
