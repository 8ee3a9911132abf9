import type { RecordedEvent } from '#contracts/events.ts';
import type { RecordedDelivery } from '#projections/engine/delivery.ts';

/*
 * What views of analytics are to say, made of the messages alone and without SQL.
 */

type Row = Record<string, unknown>;
type Act = { userId: string; habitId: string; on: string; at: string; action: string; corrects: boolean };

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export function recomputed(
  events: readonly RecordedEvent[],
  deliveries: readonly RecordedDelivery[],
  nowMs: number,
): Record<string, Row[]> {
  const acts = actsOf(events);
  return {
    activity_by_day_acted: activity(acts, 'acted_on', ({ at }) => at.slice(0, 10)),
    activity_by_day_for: activity(acts, 'on_date', ({ on }) => on),
    retention_cohorts: retention(events, acts, nowMs),
    habit_lifetimes: lifetimes(events, acts),
    reminder_answers: answers(acts, deliveries),
    funnel: funnel(events, acts, deliveries),
    payments_by_day: payments(events),
    broadcast_outcomes: broadcasts(deliveries),
  };
}

/** Imports are nobody's acts; closing a day, and taking a note away, are acts of no column. */
function actsOf(events: readonly RecordedEvent[]): Act[] {
  const held = new Set<string>();
  const acts: Act[] = [];
  for (const event of events) {
    const { userId, aggregateId: habitId, at } = event;
    const act = (on: string, action: string) => {
      const key = `${userId}/${habitId}/${on}`;
      acts.push({ userId, habitId, on, at, action, corrects: held.has(key) });
      if (action === 'check_in' || action === 'skip') held.add(key);
      if (action === 'clear') held.delete(key);
    };
    if (event.type === 'HabitCheckedIn') act(event.data.on, 'check_in');
    if (event.type === 'HabitSkipped') act(event.data.on, 'skip');
    if (event.type === 'EntryCleared') act(event.data.on, 'clear');
    if (event.type === 'DayClosed') act(event.data.on, 'close');
    if (event.type === 'EntryNoted') act(event.data.on, event.data.note === null ? 'unnote' : 'note');
    if (event.type === 'EntriesImported')
      for (const { on } of event.data.entries) held.add(`${userId}/${habitId}/${on}`);
  }
  return acts;
}

function groups<T>(list: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const each of list) found.set(keyOf(each), [...(found.get(keyOf(each)) ?? []), each]);
  return found;
}

const peopleIn = (list: readonly { userId: string }[]) => new Set(list.map(({ userId }) => userId)).size;
const isAnswer = ({ action }: Act) => action === 'check_in' || action === 'skip';
const round4 = (share: number) => Number(share.toFixed(4));

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

function answers(acts: readonly Act[], deliveries: readonly RecordedDelivery[]): Row[] {
  const sent = deliveries
    .filter(({ outcome }) => outcome === 'delivered')
    .flatMap(({ userId, at, occurrences, tier }) =>
      occurrences.map((each) => ({ ...each, userId, sentAt: at, tier })),
    )
    .filter(({ habitId }) => habitId !== 'weeklydigest2');
  const answered = new Map<unknown, string>();
  for (const act of acts.filter(isAnswer)) {
    const before = sent.filter(
      (each) =>
        each.userId === act.userId &&
        each.habitId === act.habitId &&
        each.on === act.on &&
        each.sentAt <= act.at,
    );
    const latest = before.toSorted((a, b) => (a.sentAt < b.sentAt ? 1 : -1))[0];
    const isSoon = latest && Date.parse(act.at) - Date.parse(latest.sentAt) <= 2 * HOUR_MS;
    if (isSoon && !answered.has(latest)) answered.set(latest, act.at);
  }
  return sent.map((each) => ({
    ...{ user_id: Number(each.userId), habit_id: each.habitId, on_date: each.on, at: `${each.at}:00` },
    ...{ tier: each.tier, settled_at: Date.parse(each.sentAt) },
    answered_at: answered.has(each) ? Date.parse(answered.get(each) ?? '') : null,
  }));
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
        each.occurrences.some(({ habitId }) => habitId !== 'weeklydigest2'),
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
