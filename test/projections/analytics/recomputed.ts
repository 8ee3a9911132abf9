import type { RecordedEvent } from '#contracts/events.ts';
import { DIGEST } from '#contracts/ids.ts';
import type { RecordedDelivery } from '#projections/engine/delivery.ts';
import { type Act, actsOf, isAnswer } from './acts.ts';
import { groups, peopleIn, round4 } from './grouping.ts';
import { answers, effects } from './recomputed-reminders.ts';
import type { Versions } from './recomputed-versions.ts';

/*
 * What views of analytics are to say, made of the messages alone and without SQL.
 */

type Row = Record<string, unknown>;

const DAY_MS = 86_400_000;

export function recomputed(
  events: readonly RecordedEvent[],
  deliveries: readonly RecordedDelivery[],
  { nowMs, versions }: { nowMs: number; versions: Versions },
): Record<string, Row[]> {
  const acts = actsOf(events);
  const reminded = answers(acts.filter(isAnswer), deliveries, versions);
  return {
    activity_by_day_acted: activity(acts, 'acted_on', ({ at }) => at.slice(0, 10)),
    activity_by_day_for: activity(acts, 'on_date', ({ on }) => on),
    retention_cohorts: retention(events, acts, nowMs),
    habit_lifetimes: lifetimes(events, acts),
    reminder_answers: reminded,
    ...effects(reminded),
    user_milestones: milestones(acts, deliveries, versions),
    funnel: funnel(events, acts, deliveries),
    payments_by_day: payments(events),
    broadcast_outcomes: broadcasts(deliveries),
  };
}

function activity(acts: readonly Act[], column: string, dayOf: (act: Act) => string): Row[] {
  return [...groups(acts, dayOf)].map(([day, own]) => {
    const count = (wanted: string) => own.filter(({ action }) => action === wanted).length;
    return {
      [column]: day,
      active_users: peopleIn(own),
      check_ins: count('check_in'),
      skips: count('skip'),
      cleared: count('clear'),
      corrections: own.filter((act) => isAnswer(act) && act.corrects).length,
      notes: count('note'),
    };
  });
}

const mondayMs = (ms: number) => Math.floor((Math.floor(ms / DAY_MS) + 3) / 7) * 7 * DAY_MS - 3 * DAY_MS;

function registrations(events: readonly RecordedEvent[]): Map<string, string> {
  return new Map(
    events.filter(({ type }) => type === 'AccountRegistered').map(({ userId, at }) => [userId, at]),
  );
}

function retention(events: readonly RecordedEvent[], acts: readonly Act[], nowMs: number): Row[] {
  const cohorts = groups([...registrations(events)], ([, at]) => String(mondayMs(Date.parse(at))));
  return [...cohorts].flatMap(([monday, members]) => {
    const ids = new Set(members.map(([userId]) => userId));
    const own = acts.filter((act) => isAnswer(act) && ids.has(act.userId));
    const rows: Row[] = [];
    for (let week = Number(monday), n = 0; week <= nowMs; week += 7 * DAY_MS, n++) {
      const users = peopleIn(own.filter(({ at }) => mondayMs(Date.parse(at)) === week));
      rows.push({
        cohort_week: new Date(Number(monday)).toISOString().slice(0, 10),
        week_number: n,
        users,
        cohort_size: ids.size,
        retained: round4(users / ids.size),
      });
    }
    return rows;
  });
}

function lifetimes(events: readonly RecordedEvent[], acts: readonly Act[]): Row[] {
  return events.flatMap((event) => {
    if (event.type !== 'HabitDefined') return [];
    const own = acts.filter(
      (act) => isAnswer(act) && act.habitId === event.aggregateId && act.userId === event.userId,
    );
    const lastMs = Math.max(...own.map(({ at }) => Date.parse(at)));
    return [
      {
        user_id: Number(event.userId),
        habit_id: event.aggregateId,
        days_entered: new Set(own.map(({ on }) => on)).size,
        lifetime_days: own.length > 0 ? Math.floor((lastMs - Date.parse(event.at)) / DAY_MS) : null,
      },
    ];
  });
}

function funnel(
  events: readonly RecordedEvent[],
  acts: readonly Act[],
  deliveries: readonly RecordedDelivery[],
): Row[] {
  const people = [...registrations(events).keys()];
  const has = (type: RecordedEvent['type']) => (userId: string) =>
    events.some((event) => event.userId === userId && event.type === type);
  const entered = (times: number) => (userId: string) =>
    acts.filter((act) => act.userId === userId && act.action === 'check_in').length >= times;
  const reminded = (userId: string) =>
    deliveries.some(
      (each) =>
        each.userId === userId &&
        each.outcome === 'delivered' &&
        each.occurrences.some(({ habitId }) => habitId !== DIGEST),
    );
  const steps: [string, (userId: string) => boolean][] = [
    ['registered', () => true],
    ['zone known', has('TimezoneChanged')],
    ['first habit', has('HabitDefined')],
    ['first reminder', reminded],
    ['first check-in', entered(1)],
    ['third check-in', entered(3)],
    ['tenth check-in', entered(10)],
  ];
  return steps.map(([name, isReached], i) => {
    const users = people.filter(isReached).length;
    return { step: i + 1, name, users, share: round4(users / people.length) };
  });
}

function milestones(
  acts: readonly Act[],
  deliveries: readonly RecordedDelivery[],
  { users, habits }: Versions,
): Row[] {
  const registered = users.filter(({ row, toMs }) => row.registered_at !== null && toMs === null);
  return registered.map(({ key, row }) => {
    const ofPerson = (each: { key: Row }) => each.key.user_id === key.user_id;
    const own = acts.filter(({ userId, action }) => Number(userId) === key.user_id && action === 'check_in');
    const reminders = deliveries.filter(
      ({ userId, outcome, occurrences }) =>
        Number(userId) === key.user_id &&
        outcome === 'delivered' &&
        occurrences.some(({ habitId }) => habitId !== DIGEST),
    );
    const defined = habits.filter((each) => ofPerson(each) && each.row.defined_at !== null);
    return {
      ...{ ...key, registered_at: row.registered_at },
      zone_known_at: users.find((each) => ofPerson(each) && each.row.timezone !== null)?.fromMs ?? null,
      first_habit_at: earliest(defined.map(({ fromMs }) => fromMs)),
      first_reminder_at: earliest(reminders.map(({ at }) => Date.parse(at))),
      first_check_in_at: own[0]?.at ?? null,
      third_check_in_at: own[2]?.at ?? null,
      tenth_check_in_at: own[9]?.at ?? null,
    };
  });
}

const earliest = (instants: readonly number[]): number | null =>
  instants.length > 0 ? Math.min(...instants) : null;

function payments(events: readonly RecordedEvent[]): Row[] {
  const back = new Set(
    events.flatMap((event) => (event.type === 'PremiumRefunded' ? [event.data.chargeId] : [])),
  );
  const paid = events.filter((event) => event.type === 'PremiumGranted');
  return [...groups(paid, ({ at }) => at.slice(0, 10))].map(([paid_on, own]) => {
    const sum = (some: typeof own) => some.reduce((stars, { data }) => stars + data.stars, 0);
    return {
      paid_on,
      payments: own.length,
      new_subscriptions: own.filter(({ data }) => data.first).length,
      stars: sum(own),
      stars_refunded: sum(own.filter(({ data }) => back.has(data.chargeId))),
    };
  });
}

function broadcasts(deliveries: readonly RecordedDelivery[]): Row[] {
  const sent = deliveries.filter(({ broadcastId }) => broadcastId !== undefined);
  return [...groups(sent, ({ broadcastId, outcome }) => `${broadcastId}/${outcome}`)].map(([key, own]) => {
    const [broadcast_id, outcome] = key.split('/');
    return { broadcast_id, outcome, people: own.length };
  });
}
