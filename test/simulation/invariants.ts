import { type HabitId, partitionOf, type UserId } from '#contracts/ids.ts';
import type { Delivery, Occurrence, ReminderDue } from '#contracts/messages.ts';
import { asHabitId, asMinute } from '#test/support/ids.ts';
import type { Notebook } from './notes.ts';
import { datesBetween, isDue, minuteOf, type Occasion, whyNot } from './oracle.ts';
import type { World } from './role.ts';
import { departureProblems, sendingProblems } from './sending.ts';

const MINUTE_MS = 60_000;

type Of = Pick<ReminderDue, 'userId' | 'minute'>;
const occurrenceKey = ({ userId }: { userId: string }, { habitId, on, at }: Occurrence): string =>
  `${userId} ${habitId} ${on} ${at}`;
const reminderKey = (of: Of, occurrence: Occurrence): string =>
  `${occurrenceKey(of, occurrence)} at minute ${of.minute}`;

/** The guarantees that a world at rest has broken. */
export function problemsOf(world: World, notebook: Notebook): string[] {
  return [
    ...tickProblems(world),
    ...queueProblems(world, notebook),
    ...outcomeProblems(world, notebook),
    ...departureProblems(world),
    ...sendingProblems(world),
  ];
}

/** G4 and G5. */
function tickProblems({ nats }: World): string[] {
  const problems: string[] = [];
  for (let seq = 2; seq <= nats.ticks.last(); seq++) {
    const before = nats.ticks.at(seq - 1)?.body.minute ?? 0;
    const { minute = 0, eventsSequence = 0 } = nats.ticks.at(seq)?.body ?? {};
    if (minute !== before + 1) problems.push(`G4: the tick after minute ${before} is of ${minute}`);
    const next = nats.diary.events.at(eventsSequence + 1);
    if (next && next.body.serverMs < minute * MINUTE_MS)
      problems.push(
        `G5: event ${eventsSequence + 1} was confirmed before minute ${minute}, whose tick leaves it out`,
      );
  }
  return problems;
}

/** G6, of the queue: everything that was certainly due is in it, and nothing that never was. */
function queueProblems(world: World, notebook: Notebook): string[] {
  const problems: string[] = [];
  const { nats } = world;
  const concluded = new Set(
    nats.deliveries.flatMap((each) => each.occurrences.map((one) => reminderKey(each, one))),
  );
  for (const { userId, ...occasion } of surelyDue(world, notebook)) {
    const key = reminderKey({ userId, minute: asMinute(occasion.minute) }, occasion);
    if (!concluded.has(key)) problems.push(`G6/G9: was due and has no outcome: ${key}`);
  }
  for (const due of nats.reminders.everQueued) {
    const { userId, minute } = due;
    const { from, to } = notebook.reading(minute, partitionOf(userId)) ?? { from: 0, to: 0 };
    const states = nats.diary.between(userId, from, to);
    for (const one of due.due)
      if (!states.some((state) => isDue(state, { ...one, minute })))
        problems.push(`G6: queued and was not due: ${reminderKey(due, one)}`);
  }
  return problems;
}

/** What was due whatever a shard has read for the minute. */
function surelyDue({ nats, scenario, engine }: World, notebook: Notebook): (Occasion & { userId: UserId })[] {
  const found: (Occasion & { userId: UserId })[] = [];
  const dates = datesBetween(scenario.startMs, engine.now());
  for (const userId of nats.diary.users()) {
    const all = nats.diary.between(userId, 0, nats.diary.events.last());
    const zones = new Set(all.map(({ zone }) => zone));
    const times = new Map<HabitId, Set<string>>();
    for (const { habits } of all)
      for (const [habitId, { reminders }] of habits)
        times.set(habitId, new Set([...(times.get(habitId) ?? []), ...reminders.keys()]));
    for (const [habitId, ats] of times)
      for (const at of ats)
        for (const on of dates)
          for (const zone of zones) {
            const occasion = { habitId, on, at, minute: minuteOf(on, at, zone) };
            const reading = notebook.reading(occasion.minute, partitionOf(userId));
            if (!reading) continue;
            const states = nats.diary.between(userId, reading.from, reading.to);
            if (states.every((state) => isDue(state, occasion))) found.push({ userId, ...occasion });
          }
  }
  return found;
}

/** G6, G8 and G9, of the outcomes of everything that was queued. */
function outcomeProblems(world: World, notebook: Notebook): string[] {
  const { nats, telegram } = world;
  const problems: string[] = [];
  const deliveriesOf = new Map<string, Delivery[]>();
  const byName = new Map<string, Delivery[]>();
  for (const delivery of withoutRepeats(nats.deliveries))
    for (const one of delivery.occurrences) {
      put(deliveriesOf, reminderKey(delivery, one), delivery);
      put(byName, occurrenceKey(delivery, one), delivery);
    }
  const there = new Set(nats.reminders.bodies());
  for (const due of nats.reminders.everQueued)
    for (const one of due.due) {
      const found = deliveriesOf.get(reminderKey(due, one)) ?? [];
      // A reminder that a power cut took is queued again if it is still due; `queueProblems` checks whether it had to be.
      const isGone = found.length === 0 && !there.has(due);
      if (found.length !== 1 && !isGone)
        problems.push(
          `G9: ${found.length} outcomes (${found.map(({ outcome }) => outcome)}): ${reminderKey(due, one)}`,
        );
    }
  const taken = new Map<string, number>();
  const lost = new Set<string>();
  for (const { chatId, lane, occurrences, fate, isAnswerLost } of telegram.departures)
    for (const one of lane === 'bulk' ? occurrences : []) {
      const name = occurrenceKey({ userId: chatId }, one);
      if (fate === 'taken') taken.set(name, (taken.get(name) ?? 0) + 1);
      if (isAnswerLost) lost.add(name);
    }
  for (const [name, deliveries] of byName) {
    const times = taken.get(name) ?? 0;
    const delivered = deliveries.filter(({ outcome }) => outcome === 'delivered').length;
    if (delivered > 1) problems.push(`G6: delivered ${delivered} times: ${name}`);
    if (times > 1 + world.scenario.mayResend) problems.push(`G6: sent ${times} times: ${name}`);
    const mayBeLost =
      lost.has(name) || deliveries.some((delivery) => mayBeInterrupted(world, notebook, delivery));
    if (times > 1 && !mayBeLost) problems.push(`G6: sent again without need: ${name}`);
    if (delivered === 1 && times === 0) problems.push(`G9: recorded as delivered and never sent: ${name}`);
    const isUncertain = deliveries.some(({ outcome }) => outcome === 'uncertain');
    if (times > 0 && delivered === 0 && !isUncertain) problems.push(`G9: sent and not recorded: ${name}`);
    problems.push(
      ...deliveries.flatMap((delivery) => reasonProblem(world, notebook, name, delivery, deliveries, lost)),
    );
  }
  return problems;
}

/** A sender left it behind, or it was queued again after a power cut while the first one was still being handled. */
function mayBeInterrupted({ nats }: World, notebook: Notebook, { userId, minute }: Of): boolean {
  const queued = nats.reminders.everQueued.filter((due) => due.userId === userId && due.minute === minute);
  return queued.length > 1 || notebook.mayBeInterrupted({ userId, minute });
}

/** The problem of an outcome other than `delivered` that has no cause. */
function reasonProblem(
  world: World,
  notebook: Notebook,
  name: string,
  delivery: Delivery,
  all: readonly Delivery[],
  lost: ReadonlySet<string>,
): string[] {
  const { nats, scenario, telegram } = world;
  const { outcome, reason = '', userId, minute, at } = delivery;
  const endedMs = Date.parse(at);
  switch (outcome) {
    case 'uncertain':
      return lost.has(name) || mayBeInterrupted(world, notebook, delivery)
        ? []
        : [`G9: uncertain without a cause: ${name}`];
    case 'expired':
      return endedMs >= minute * MINUTE_MS + scenario.deadlineMs ? [] : [`G9: expired too early: ${name}`];
    case 'failed':
      return telegram.departures.some(({ chatId, fate }) => chatId === userId && fate === 'refused')
        ? []
        : [`G9: failed without a refusal: ${name}`];
    case 'suppressed': {
      if (reason === 'alreadyReminded') {
        const isSo = all.some((other) => other.minute !== minute && other.reason !== 'alreadyReminded');
        // A power cut may take a reminder whose send record holds no outcome.
        const isGone = nats.reminders.everQueued.some(
          (due) => due.userId === userId && due.minute !== minute && mayBeInterrupted(world, notebook, due),
        );
        return isSo || isGone ? [] : [`G6: never reminded, although said so: ${name}`];
      }
      const { from } = notebook.reading(minute, partitionOf(userId)) ?? { from: 0 };
      const states = nats.diary.between(userId, from, nats.diary.events.last());
      const [, habitId = '', on = '', time = ''] = name.split(' ');
      const isSo = states.some(
        (state) => whyNot(state, { habitId: asHabitId(habitId), on, at: time }) === reason,
      );
      return isSo ? [] : [`G8: suppressed as ${reason} without a cause: ${name}`];
    }
    default:
      return [];
  }
}

/** A delivery that is published again after JetStream has forgotten its message id is stored again. */
function withoutRepeats(deliveries: readonly Delivery[]): Delivery[] {
  return [...new Map(deliveries.map((delivery) => [JSON.stringify(delivery), delivery])).values()];
}

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
