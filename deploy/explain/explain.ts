import type { UserId } from '#contracts/ids.ts';
import { beginOfMinuteMs, type EpochMinute } from '#contracts/time.ts';
import { conclusion } from './conclusion.ts';
import { type ExplainPorts, type Known, knownOf } from './known.ts';
import type { Path } from './path.ts';
import type { Account, DueTimes } from './schedule.ts';

/** Says in lines, as `<what>  <what is known of it>`, why a person's reminder is late; the last one is the answer. */
export async function explain(ports: ExplainPorts, userId: UserId): Promise<string[]> {
  const known = await knownOf(ports, userId);
  return [...lines(known), `${'so'.padEnd(10)}${conclusion(known, ports.nowMs)}`];
}

function lines({ account, times, projected, newestEvent, due, path, pause }: Known): string[] {
  const line = (what: string, text: string) => `${what.padEnd(10)}${text}`;
  const events = newestEvent === undefined ? 'no event of theirs' : `newest event of theirs ${newestEvent}`;
  return [
    line('person', account ? accountText(account) : 'not in the schedules'),
    line('log', `${events}; the schedules stand at ${projected}`),
    ...times.map((each) => line('schedule', timesText(each))),
    ...(due
      ? [line('due', `${instant(due.minute)}${due.unwanted.length > 0 ? `, now ${due.unwanted[0]}` : ''}`)]
      : []),
    ...(path ? pathLines(path, line) : []),
    line('budget', pause ? `paused until ${iso(pause.untilMs)} (${pause.because})` : 'no pause'),
  ];
}

function accountText({ timezone, blocked, stopped, asked }: Account): string {
  const states = [
    blocked && 'blocked the bot',
    stopped && 'stopped reminders',
    asked && 'asked whether to go on',
  ];
  return [timezone ?? 'no timezone yet', ...states.filter((state) => state !== false)].join(', ');
}

function timesText({ occurrence: { habitId, at, snoozed }, active, last, next }: DueTimes): string {
  const what = `${habitId} ${at}${snoozed ? ' (snoozed)' : ''}`;
  const times = [last && `last due ${instant(last.minute)}`, next && `next ${instant(next.minute)}`];
  return [what, ...(active ? [] : ['not active']), ...times.filter((text) => text !== undefined)].join(', ');
}

function pathLines(
  { lastTick, shard, queued, records, delivery }: Path,
  line: (what: string, text: string) => string,
) {
  return [
    line('tick', lastTick === undefined ? 'none yet' : `the newest is of ${instant(lastTick)}`),
    line(
      'shard',
      shard ? `${shard.info.name} has ${shard.isDone ? '' : 'not '}done this minute` : 'there is none',
    ),
    line(
      'queue',
      queued
        ? `${queued.reminder.tier}, message ${queued.sequence}, since ${iso(queued.storedAtMs)}`
        : 'not queued',
    ),
    ...records.map(({ key, record }) =>
      line(
        'record',
        `${key}: begun ${record.startedAt}, ${record.delivery ? record.delivery.outcome : 'open'}`,
      ),
    ),
    line('delivery', delivery ? `${delivery.outcome} at ${delivery.at}` : 'none yet'),
  ];
}

const iso = (ms: number): string => new Date(ms).toISOString();
const instant = (minute: EpochMinute): string => iso(beginOfMinuteMs(minute)).replace(':00.000Z', 'Z');
