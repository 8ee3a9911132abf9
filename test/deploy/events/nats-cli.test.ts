import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasNatsCli, type NatsCli, openNatsCli } from '#test/support/nats-cli.ts';
import { natsCommandsIn } from '../runbook/commands.ts';
import { type ExportFixture, type StoredMessage, startExportFixture } from './fixture.ts';

/* What deploy/events/README.md has its reader ask by the `nats` CLI, as it stands there, and that its limits are what it says. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const commands = await natsCommandsIn('deploy/events/README.md');
const run = new Set<string>();

describe.skipIf(!hasNatsCli)('reading the log by the `nats` CLI (skipped without it)', () => {
  let fixture: ExportFixture;
  let cli: NatsCli;
  let events: StoredMessage[];
  beforeAll(async () => {
    fixture = await startExportFixture();
    cli = await openNatsCli({ url: fixture.server.url });
    events = await fixture.stored('EVENTS');
  });
  afterAll(() => fixture?.stop());

  /** Runs a command of the page, with what its example names exchanged for what this log has. */
  async function page(command: string, exchanged: Record<string, string> = {}): Promise<string> {
    expect(commands).toContain(command);
    run.add(command);
    const line = Object.entries(exchanged).reduce((text, [from, to]) => text.replace(from, to), command);
    const { code, output, stdout } = await cli.shell(line);
    expect(code, `${line}:\n${output}`).toBe(0);
    return stdout;
  }

  test('one message has its body', async () => {
    const { sequence, body } = events.at(-1) ?? expect.unreachable();
    const printed = await page('nats stream get EVENTS 184213', { '184213': String(sequence) });
    expect(printed).toContain(`#${sequence}`);
    expect(printed).toContain(String(body.id));
  });

  test('each aggregate is one subject', async () => {
    const printed = await page('nats stream subjects EVENTS --json | jq length');
    expect(Number(printed)).toBe(new Set(events.map(({ subject }) => subject)).size);
  });

  test('one person is read page by page at a terminal, and nobody else', async () => {
    const command = "nats stream view EVENTS --subject 'events.*.4000000000000001.*'";
    expect(commands).toContain(command);
    run.add(command);
    const user = events[0]?.subject.split('.')[2] ?? '';
    // It asks for a terminal, and after a page whether to go on: nobody answers.
    const { stdout } = await cli.shell('script -qec "$LINE" /dev/null', {
      LINE: command.replace('4000000000000001', user),
    });
    const users = [...stdout.matchAll(/Subject: \S+?\.\S+?\.(\d+)\./g)].map(([, found]) => found);
    expect(users.length, stdout).toBeGreaterThan(1);
    expect(new Set(users)).toEqual(new Set([user]));
  });

  test('the bodies alone come in the order of the log, and it does not end by itself', async () => {
    const command = 'nats sub --stream EVENTS --all --raw > events.ndjson';
    expect(commands).toContain(command);
    run.add(command);
    const bounded = command.replace('> events.ndjson', `--count ${events.length}`);
    const { stdout } = await cli.shell(bounded);
    const bodies = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(bodies).toEqual(events.map(({ body }) => body));
    expect((await cli.shell(`timeout 3 ${command.replace('events.ndjson', '/dev/null')}`)).code).toBe(124);
  });

  test('every command of the page was run', () => {
    expect([...run].sort()).toEqual(commands.toSorted());
  });
});
