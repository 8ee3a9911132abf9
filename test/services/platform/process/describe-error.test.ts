import { connect } from '@nats-io/transport-node';
import { GrammyError } from 'grammy';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { describeError, errorLine, errorReport } from '#services/platform/process/describe-error.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { error, failure, json, type Respond, serve } from '../telegram/fixture.ts';

/* Nothing that a person wrote and no secret is told of an error, whichever server or parser it comes from. */

const TOKEN = '7654321:a-token-that-must-not-be-told';
/** Stands for a habit's name, a message, a webhook's secret, a password. */
const CANARY = 'Zibeline';

let server: TestNats;
beforeAll(async () => {
  const extraConfig = 'authorization { user: habits, password: "another one" }';
  server = await startTestNats({ extraConfig });
});
afterAll(() => server.stop());

/** All that is ever written of an error: logged under two names and alone, in a dead letter, in a terminal. */
function written(thrown: unknown): string {
  const lines: string[] = [];
  const log = createLog('test', 'info', { write: (line: string) => void lines.push(line) });
  log.info({ err: thrown }, 'it failed');
  log.info({ err: thrown });
  if (thrown instanceof Error) log.info({ reason: thrown }, 'it failed');
  if (thrown instanceof Error) log.info(thrown);
  return [...lines, errorLine(thrown), errorReport(thrown)].join('\n');
}

function expectNothingTold(failures: unknown[]): void {
  for (const thrown of failures) {
    expect(thrown).toBeInstanceOf(Error);
    expect(written(thrown)).not.toMatch(new RegExp(`${CANARY}|${TOKEN}`, 'i'));
  }
}

const FAULTS: Record<string, Respond> = {
  ...Object.fromEntries([400, 401, 403, 404, 409, 413, 429, 500, 502].map((code) => [code, error(code)])),
  'a description that quotes': json(400, {
    ok: false,
    error_code: 400,
    description: `Bad Request: can't parse entities in "say "${CANARY}" twice"`,
  }),
  'not JSON': (response) => response.writeHead(200).end(`<b>${CANARY}</b>`),
  'JSON cut off': (response) => response.writeHead(200).end(`{"ok":true,"result":"${CANARY}`),
  'no answer': (response) => response.destroy(),
};

/** Each with what our services give it, and a canary wherever a person's words or a secret can be. */
const METHODS: Record<string, object | undefined> = {
  setWebhook: { url: `https://example.org/${CANARY}`, secret_token: CANARY },
  deleteWebhook: {},
  getUpdates: {},
  getMe: undefined,
  getMyCommands: {},
  getMyDescription: {},
  setMyDescription: { description: CANARY },
  getMyShortDescription: {},
  setMyShortDescription: { short_description: CANARY },
  setMyCommands: { commands: [{ command: 'x', description: CANARY }] },
  sendMessage: { chat_id: 5, text: CANARY, reply_markup: { inline_keyboard: [[{ text: CANARY }]] } },
  sendDocument: { chat_id: 5, document: `https://example.org/${CANARY}`, caption: CANARY },
  editMessageText: { chat_id: 5, message_id: 1, text: CANARY },
  answerCallbackQuery: { callback_query_id: '1', text: CANARY },
};

test('every fault of every method of Telegram: code, description, method and chat, but neither payload nor token', async () => {
  const failures: unknown[] = [];
  for (const respond of Object.values(FAULTS)) {
    const { apiRoot } = await serve(respond);
    const { api } = openTelegram({ token: TOKEN, apiRoot });
    for (const [method, payload] of Object.entries(METHODS)) {
      const call = Reflect.get(api.raw, method);
      failures.push(await failure(call(payload)));
    }
  }
  expect(failures.length).toBe(182);
  expectNothingTold(failures);
  const refusals = failures.filter((each) => each instanceof GrammyError);
  expect(refusals.length).toBe(140);
  expect(describeError(refusals.find(({ method }) => method === 'sendMessage'))).toMatchObject({
    type: 'GrammyError',
    error_code: 400,
    description: 'error 400',
    method: 'sendMessage',
    chat: 5,
  });
});

test('what Postgres refuses: its code and what it concerns, but no value', async () => {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(
    `CREATE TEMP TABLE habits (name text PRIMARY KEY CHECK (length(name) > 100), day date, n int)`,
  );
  const statements: [string, string, unknown[]][] = [
    ['22007', 'SELECT $1::date', [CANARY]],
    ['22P02', 'SELECT $1::int', [`${CANARY} "in" quotes`]],
    ['22P02', 'SELECT $1::json', [`{"${CANARY}`]],
    ['22008', 'SELECT $1::date', ['0000-01-01']],
    ['23514', 'INSERT INTO habits VALUES ($1)', [CANARY]],
    ['23502', 'INSERT INTO habits VALUES (NULL, $1)', ['2026-01-01']],
    ['22021', 'SELECT $1::text', [`${CANARY}\0`]],
  ];
  const failures: unknown[] = [];
  for (const [code, sql, values] of statements) {
    const thrown = await failure(client.query(sql, values));
    expect(describeError(thrown)).toMatchObject({ code });
    failures.push(thrown);
  }
  await client.end();
  expectNothingTold(failures);
  expect(describeError(failures[4])).toMatchObject({ table: 'habits', constraint: 'habits_name_check' });
});

test('connections that fail: no password', async () => {
  const postgres = new URL(inject('postgresUrl'));
  postgres.password = CANARY;
  const nats = new URL(server.url);
  nats.username = 'habits';
  nats.password = CANARY;
  const broken = () => new URL(`postgres://user:${CANARY}@127.0.0.1:port/`);
  const failures = [
    await failure(new Client({ connectionString: postgres.href }).connect()),
    await failure(connect({ servers: nats.host, user: nats.username, pass: CANARY, reconnect: false })),
    new Error(`https://127.0.0.1/bot1:twenty-characters-of-${CANARY}/getMe`),
    await failure(fetch(`http://user:${CANARY}@127.0.0.1:1/bot${TOKEN}/getMe`)),
    await failure(Promise.resolve().then(broken)),
    new Error(`cannot reach ${postgres.href} or nats://${CANARY}@127.0.0.1:4222`),
    new AggregateError([new Error(`cannot reach https://127.0.0.1/bot${TOKEN}/getMe`)], 'neither'),
    new Error('outer', { cause: new Error(`nats://habits:${CANARY}@@127.0.0.1`) }),
  ];
  expectNothingTold(failures);
});

test('what cannot be read: where it is wrong, but nothing of it', async () => {
  const schema = z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('a'), name: z.string().max(3), at: z.iso.datetime() }),
  ]);
  const circular = new Error('circular');
  circular.cause = circular;
  const failures = [
    await failure(Promise.resolve().then(() => JSON.parse(`{"name": ${CANARY}}`))),
    await failure(Promise.resolve().then(() => JSON.parse(`${CANARY}`))),
    schema.safeParse({ type: CANARY }).error,
    schema.safeParse({ type: 'a', name: CANARY, at: CANARY }).error,
    Object.assign(new Error('refused'), { payload: { text: CANARY }, input: CANARY, detail: CANARY }),
    Object.assign(new Error(`\n    at ${'x'.repeat(2_000)}${CANARY}`), { code: 'E' }),
    circular,
  ];
  expectNothingTold(failures);
  expect(errorLine(failures[2])).toContain('ZodError');
  // What is thrown need not be an error.
  for (const thrown of [{ text: CANARY }, [CANARY], null, undefined, 7]) {
    expect(written(thrown)).not.toContain(CANARY);
  }
});
