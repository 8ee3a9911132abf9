import type { Delivery } from '#contracts/messages.ts';
import { beginOfMinuteMs, type EpochMinute } from '#contracts/time.ts';
import type { Known } from './known.ts';
import type { Path } from './path.ts';

/** The answer in one line: how far the reminder has come, and what it waits for. */
export function conclusion(known: Known, nowMs: number): string {
  const { account, due, path, times, projected, newestEvent } = known;
  if (!account) return unknownPerson(projected, newestEvent);
  if (path?.delivery) return ended(path.delivery);
  const own = ofThePerson(known);
  if (own !== undefined) return own;
  if (!due || !path) return nothingDue(times, nowMs);
  if (due.unwanted.length > 0 && !path.queued) return `not reminded: ${due.unwanted.join(', ')}`;
  return waiting(known, path, due.minute);
}

function unknownPerson(projected: number, newestEvent: number | undefined): string {
  if (newestEvent === undefined) return 'nobody by this id ever registered';
  return newestEvent > projected
    ? `their event ${newestEvent} is not in the schedules yet: is the projector ready?`
    : 'they began, and have not registered';
}

function ended({ outcome, reason, latenessMs }: Delivery): string {
  const after = `${(latenessMs / 1000).toFixed(1)} s after its minute`;
  return reason === undefined ? `${outcome}, ${after}` : `${outcome} ${after}: ${reason}`;
}

function ofThePerson({ account, due }: Known): string | undefined {
  if (account?.timezone === null) return 'they have chosen no timezone yet';
  if (account?.blocked) return 'they blocked the bot';
  if (account?.stopped) return 'they want no reminders';
  if (account?.asked) return 'they were asked whether to go on, and have given no sign of life since';
  return due?.unwanted.includes('paused') ? 'their habit is paused' : undefined;
}

function nothingDue(times: Known['times'], nowMs: number): string {
  const next = times.flatMap((each) => each.next ?? []).sort((a, b) => a.minute - b.minute)[0];
  if (times.length === 0) return 'they have no reminders';
  return next
    ? `nothing was due within a day; next in ${Math.ceil((beginOfMinuteMs(next.minute) - nowMs) / 60_000)} minutes`
    : 'nothing was due within a day, and nothing is within a week';
}

function waiting({ pause }: Known, { lastTick, shard, queued, records }: Path, minute: EpochMinute): string {
  if (records.some(({ record }) => record.delivery === undefined))
    return 'a sender has begun to send it and not ended yet; if that one died, another ends it as uncertain';
  if (queued) {
    const { consumer, reminder, sequence } = queued;
    if (!consumer) return `queued, and its consumer is missing: npm run habitstream -- provision`;
    if (consumer.paused)
      return `queued, and ${consumer.name} is paused: nats consumer resume REMINDERS ${consumer.name}`;
    if (pause)
      return `queued, and nothing is sent before ${new Date(pause.untilMs).toISOString()}: ${pause.because}`;
    return consumer.delivered.stream_seq >= sequence
      ? `a sender has it, and waits for its slot among ${consumer.num_ack_pending} of ${reminder.tier}`
      : `queued behind others of ${reminder.tier}: ${consumer.num_pending} are not handed out yet`;
  }
  if (lastTick === undefined || lastTick < minute)
    return 'its minute has no tick yet: is a tick process ready?';
  if (!shard) return 'no shard has their partition: npm run habitstream -- provision';
  if (shard.info.paused) return `${shard.info.name} is paused: nats consumer resume TICKS ${shard.info.name}`;
  if (!shard.isDone)
    return `${shard.info.name} has not done its minute: are the shards ready, and the schedules level?`;
  return 'its minute was done without it: it was scheduled later, or not wanted then';
}
