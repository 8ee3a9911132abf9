import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as subjects from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { awaitReminder, makeHabit, remindersOf } from '#test/e2e/journey.ts';
import { eventually } from '#test/support/eventually.ts';
import { asMinute, asUserId } from '#test/support/ids.ts';
import { hasNatsCli, type NatsCli, openNatsCli } from '#test/support/nats-cli.ts';
import { NATS_PASSWORD } from '#test/support/nats-with-users.ts';
import { testProcesses } from '#test/support/processes.ts';
import { type Fixture, minuteNow, startFixture, UNREADABLE } from '../cli/fixture.ts';
import { isServerCheck, natsCommandsIn } from './commands.ts';

/* Every `nats` command of the runbook, run as it stands there by the real CLI as the operator, beside running services. */

const SHARDS = 16;
const commands = await natsCommandsIn('deploy/README.md');
const run = new Set<string>();
const processes = testProcesses();
vi.setConfig({ testTimeout: 180_000 });

describe.skipIf(!hasNatsCli)('the runbook', () => {
  let fixture: Fixture;
  let cli: NatsCli;

  beforeAll(async () => {
    fixture = await startFixture(processes, SHARDS);
    cli = await openNatsCli({ url: fixture.url, user: 'operator', password: NATS_PASSWORD });
  });
  afterAll(() => fixture?.stop());
  beforeEach(() => fixture.purge());

  /** Runs a command of the runbook; resolves with what it printed. */
  async function runbook(command: string, variables?: Record<string, string>): Promise<string> {
    expect(commands).toContain(command);
    const { code, output, stdout } = await cli.shell(command, variables);
    expect(code, `${command}:\n${output}`).toBe(0);
    run.add(command);
    return stdout;
  }

  const infoOf = async (stream: string, consumer: string) =>
    (await jetstreamManager(fixture.nats)).consumers.info(stream, consumer);

  /** A number of a report, in the row of that name and the column of that head. */
  function cell(report: string, row: string, column: string): string | undefined {
    const rows = report.split('\n').map((line) => line.split('│').map((each) => each.trim()));
    const index = rows.find((cells) => cells.includes(column))?.indexOf(column) ?? -1;
    return rows.find((cells) => cells.includes(row))?.[index];
  }

  /** Queues a reminder of a person; resolves with what asserts that it came, once. */
  async function queued(habit: string, tier: 'engaged' | 'broadcast' = 'engaged') {
    const { person, userId, reminder } = await fixture.personWithReminder(habit);
    await fixture.put(subjects.reminderSubject(tier, userId, asMinute(reminder.minute)), {
      ...reminder,
      tier,
    });
    return {
      arrives: () => arrivesOnce(person, habit, `sender-${tier}`),
      has: () => remindersOf(person, habit),
    };
  }

  async function arrivesOnce(person: SimulatedPerson, habit: string, consumer: string): Promise<void> {
    await awaitReminder(person, habit, 60_000);
    await eventually(async () => {
      const { num_pending, num_ack_pending } = await infoOf('REMINDERS', consumer);
      expect(num_pending + num_ack_pending).toBe(0);
    });
    expect(await remindersOf(person, habit)).toBe(1);
  }

  test('reports say what waits and where', async () => {
    const js = jetstream(fixture.nats);
    await cli.run(['consumer', 'pause', 'REMINDERS', 'sender-engaged', '1h', '--force']);
    const reminder = await queued('Paint');
    const report = await runbook('nats consumer report REMINDERS');
    expect(cell(report, 'sender-engaged', 'Unprocessed')).toMatch(/^1\b/);
    expect(await runbook('nats consumer info REMINDERS sender-engaged')).toMatch(
      /Unprocessed Messages: +1\b/,
    );
    await cli.run(['consumer', 'resume', 'REMINDERS', 'sender-engaged', '--force']);
    await reminder.arrives();

    const events = await fixture.eventsHead();
    expect(cell(await runbook('nats stream report'), 'EVENTS', 'Messages')).toBe(String(events));
    expect(await runbook('nats stream report --leaders')).toContain('EVENTS');
    const here = commands.find((each) => each.startsWith('NATS_URL=')) ?? '';
    expect((await cli.shell(here.replace(/NATS_URL=\S+/, `NATS_URL=${fixture.url}`))).output).toContain(
      'EVENTS',
    );
    run.add(here);
    expect(await runbook('nats consumer report TICKS')).toContain('shard-15-of-16');
    expect(await runbook('nats consumer report REPLAYS')).toContain('replays-sender');

    await js.publish(subjects.reminderSubject('regular', asUserId('1'), asMinute(2)), UNREADABLE);
    await fixture.deadLetters(1);
    expect(await runbook('nats stream subjects DEAD')).toContain('dead.sender-regular');
  });

  test('concurrency is raised and lowered, and provisioning leaves it', async () => {
    for (const pending of [256, 64]) {
      await runbook(`nats consumer edit REMINDERS sender-engaged --max-pending ${pending} --force`);
      await provisioned();
      expect((await infoOf('REMINDERS', 'sender-engaged')).config.max_ack_pending).toBe(pending);
      await (await queued(`Row ${pending}`)).arrives();
    }
    await cli.run(['consumer', 'edit', 'TICKS', 'shard-00-of-16', '--max-pending', '5', '--force']);
    await provisioned();
    expect((await infoOf('TICKS', 'shard-00-of-16')).config.max_ack_pending).toBe(1);
  });

  test('a paused consumer hands out nothing, says until when, and goes on when it is resumed', async () => {
    await runbook('nats consumer pause REMINDERS sender-broadcast 30m --force');
    const { paused, pause_remaining = 0 } = await infoOf('REMINDERS', 'sender-broadcast');
    expect(paused).toBe(true);
    expect(pause_remaining / 60e9).toBeGreaterThan(25);
    expect(pause_remaining / 60e9).toBeLessThanOrEqual(30);
    const reminder = await queued('Sing', 'broadcast');
    await (await queued('Dance')).arrives();
    expect(await reminder.has()).toBe(0);
    await runbook('nats consumer resume REMINDERS sender-broadcast --force');
    await reminder.arrives();
  });

  test('a pause ends at its time', async () => {
    await cli.run(['consumer', 'pause', 'REMINDERS', 'sender-engaged', '3s', '--force']);
    await (await queued('Hum')).arrives();
  });

  test('a paused consumer of a projection does not stop projecting', async () => {
    await cli.run(['consumer', 'pause', 'EVENTS', 'projection-schedules-events', '1h', '--force']);
    await fixture.personWithReminder('Skate');
    await cli.run(['consumer', 'resume', 'EVENTS', 'projection-schedules-events', '--force']);
  });

  test('ticks from a sequence on are done again: what was lost is queued, and what was sent is not', async () => {
    const minute = minuteNow() - 3;
    const at = new Date(minute * 60_000).toISOString().slice(11, 16);
    const [first, second] = [await fixture.person(), await fixture.person()];
    await makeHabit(first, 'Read', at);
    await fixture.put(subjects.TICK_SUBJECT, {
      minute: minute - 1,
      eventsSequence: await fixture.eventsHead(),
    });
    await fixture.put(subjects.TICK_SUBJECT, { minute, eventsSequence: await fixture.eventsHead() });
    await arrivesOnce(first, 'Read', 'sender-engaged');
    // Of this one the shards knew nothing when the tick came.
    await makeHabit(second, 'Write', at);
    await fixture.put(subjects.TICK_SUBJECT, {
      minute: minute + 1,
      eventsSequence: await fixture.eventsHead(),
    });
    await fixture.idle();
    expect(await remindersOf(second, 'Write')).toBe(0);

    const [, last] =
      /Item: TICKS#(\d+)/.exec(await runbook('nats stream get TICKS --last-for ticks.minute')) ?? [];
    await runbook(
      'for shard in $(nats consumer ls TICKS --names); do nats consumer reset TICKS "$shard" --sequence "$FIRST" --force; done',
      { FIRST: String(Number(last) - 1) },
    );
    await arrivesOnce(second, 'Write', 'sender-engaged');
    expect(await remindersOf(first, 'Read')).toBe(1);
  });

  test('the budget is one key', async () => {
    expect(JSON.parse(await runbook('nats kv get pacer budget --raw'))).toMatchObject({
      whole: expect.any(Number),
      bulk: expect.any(Number),
    });
  });

  test('the lease says which process polls', async () => {
    expect(await runbook('nats kv get leases long-polling --raw')).toContain(String(process.pid));
  });

  test('a consumer, buckets and a stream that are deleted come back, and services go on with them', async () => {
    await cli.run(['consumer', 'rm', 'REMINDERS', 'sender-engaged', '--force']);
    expect(await runbook('nats consumer ls REMINDERS --names')).not.toContain('sender-engaged');
    await provisioned();
    expect(await runbook('nats consumer ls REMINDERS --names')).toContain('sender-engaged');
    await (await queued('Climb')).arrives();

    for (const bucket of ['pacer', 'sending', 'dialogs']) await cli.run(['kv', 'rm', bucket, '--force']);
    expect(await runbook('nats kv ls --names')).not.toContain('pacer');
    await provisioned();
    expect(await runbook('nats kv ls --names')).toContain('pacer');
    await (await queued('Swim')).arrives();

    await cli.run(['stream', 'rm', 'REMINDERS', '--force']);
    expect(await runbook('nats stream ls --names')).not.toContain('REMINDERS');
    await provisioned();
    expect(await runbook('nats stream ls --names')).toContain('REMINDERS');
    await (await queued('Juggle')).arrives();
  });

  test('EVENTS is not to be deleted by the operator', async () => {
    const { code } = await cli.outcome(['stream', 'rm', 'EVENTS', '--force']);
    expect(code).toBeGreaterThan(0);
    expect(await fixture.eventsHead()).toBeGreaterThan(0);
  });

  test('shards of another number begin where the others are, which go once nobody takes from them', async () => {
    await provisioned(4);
    expect(await runbook('nats consumer ls TICKS --names')).toMatch(/shard-03-of-04/);
    await provisioned(SHARDS);
    await eventually(async () => {
      await provisioned(SHARDS);
      expect(await runbook('nats consumer ls TICKS --names')).not.toContain('of-04');
    });
  });

  test('no command of the runbook was left out', () => {
    expect(commands.filter((command) => !run.has(command) && !isServerCheck(command))).toEqual([]);
  });

  async function provisioned(shardCount = SHARDS, nats: NatsConnection = fixture.nats): Promise<void> {
    await provision(nats, { shardCount, consumers: await projectionConsumers() });
  }
});
