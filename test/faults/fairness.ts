import { setTimeout as delay } from 'node:timers/promises';
import type { UserId } from '#contracts/ids.ts';
import { asUserId } from '#test/support/ids.ts';
import { queueAll } from './backlog.ts';
import type { Fault, FaultRow, FaultSettings } from './fault.ts';
import { type FaultFixture, projected, shareOf, startFaultFixture } from './fixture.ts';
import { type Flood, isFlooder } from './floods.ts';
import { peopleDue, register } from './people.ts';

const SEND_RATE = 28;
const KEPT_FOR_REPLIES = 3;
const BYSTANDERS = 16;
/** Questions of the full version, whose flood has its full size; of fewer questions it is a part. */
const FULL_RUNS = 60;
const ASK_EVERY_MS = 500;
/** Outlasts the questions. */
const BACKLOG = 2_000;
const PATIENCE_MS = 120_000;
/** A part of a flood held people up for that part of the time. */
const mostMs = (flood: Flood, runs: number) => Math.max(15_000, (flood.heldUpMs * runs) / FULL_RUNS);

/**
 * How long people wait who take no part in a flood: one of them asks for /help every half second. The flood begins
 * with the first question. What is judged is for how long the flood's answers held a person up, by how many of them came
 * between the question and its answer: a starved machine takes long for anything, and that is nobody's turn.
 */
export function fairness(flood: Flood, isBacklog: boolean): Fault {
  const name = `${flood.name}${isBacklog ? ', during a backlog of reminders' : ''}`;
  return { name, fullRuns: FULL_RUNS, run: (settings) => watch(name, flood, isBacklog, settings) };
}

async function watch(
  fault: string,
  flood: Flood,
  isBacklog: boolean,
  { servers, seed, runs }: FaultSettings,
): Promise<FaultRow> {
  const fixture = await startFaultFixture(servers, { sendRate: SEND_RATE });
  try {
    const bystanders = flood.bystanders(BYSTANDERS).map(asUserId);
    await prepare(fixture, bystanders, { isBacklog, sendRate: shareOf(servers, SEND_RATE) });
    const flooding = flood.begin(fixture, Math.min(1000, Math.ceil((1000 * runs) / FULL_RUNS)));
    const questions = await Promise.all(
      Array.from({ length: runs }, async (_, i) => {
        await delay(i * ASK_EVERY_MS);
        return ask(fixture, bystanders[i % bystanders.length] ?? asUserId(1));
      }),
    );
    await flooding;
    return {
      fault,
      runs,
      seed,
      ...(await verdictOf(fixture, { questions, flood, longestMs: mostMs(flood, runs) })),
    };
  } finally {
    await fixture.stop();
  }
}

/** Bystanders have accounts. A backlog is due to people of its own. */
async function prepare(
  fixture: FaultFixture,
  bystanders: readonly UserId[],
  { isBacklog, sendRate }: { isBacklog: boolean; sendRate: number },
) {
  const rates = { SEND_RATE: String(sendRate), BULK_RATE: String(sendRate - KEPT_FOR_REPLIES) };
  if (isBacklog) {
    const due = peopleDue(fixture.startMinute, 1, BACKLOG);
    await register(due, fixture.connection, fixture.telegram);
  }
  const known = peopleDue(fixture.startMinute, 1, 1).flatMap((person) =>
    bystanders.map((userId) => ({ ...person, userId })),
  );
  await register(known, fixture.connection, fixture.telegram);
  for (const userId of bystanders) await fixture.telegram.crowd(Number(userId), 1);
  await Promise.all([fixture.start('bot', rates), fixture.start('ingress')]);
  if (!isBacklog) return;
  await fixture.start('projector');
  await projected(fixture);
  await queueAll(fixture, BACKLOG);
  await fixture.start('sender', rates);
}

/** When a person asked, and when they saw the answer, Unix ms. */
type Question = { askedMs: number; answeredMs: number };

async function ask({ telegram }: FaultFixture, userId: UserId): Promise<Question> {
  const chat = await telegram.person({ id: Number(userId), first_name: 'Bystander' });
  const askedMs = Date.now();
  await chat.say('/help');
  await chat.waitForMessage(undefined, { timeoutMs: PATIENCE_MS });
  return { askedMs, answeredMs: Date.now() };
}

/** How long the answers that the flood was given between a question and its answer took at the fastest, for the worst. */
async function heldUpMs({ telegram }: FaultFixture, questions: readonly Question[], { answerMs }: Flood) {
  const given = (await telegram.requests()).filter(
    ({ chatId, counted }) => counted && isFlooder(Number(chatId)),
  );
  const between = questions.map(
    ({ askedMs, answeredMs }) => given.filter(({ atMs }) => atMs > askedMs && atMs < answeredMs).length,
  );
  return Math.round(Math.max(...between) * answerMs);
}

type Asked = { questions: readonly Question[]; flood: Flood; longestMs: number };

async function verdictOf(fixture: FaultFixture, { questions, flood, longestMs }: Asked) {
  const held = await heldUpMs(fixture, questions, flood);
  const sorted = questions
    .map(({ askedMs, answeredMs }) => Math.round(answeredMs - askedMs))
    .toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? 0;
  const [p50, p99, max] = [at(0.5), at(0.99), at(1)];
  const { messages: dead } = (await fixture.manager.streams.info('DEAD')).state;
  return {
    ...{ reminders: questions.length, lost: 0, duplicated: 0, uncertain: 0 },
    overBudget: await fixture.overBudget(),
    recoveryMs: { p50, max },
    violations: [
      ...fixture.crashes(),
      ...(dead > 0 ? [`${dead} dead letters`] : []),
      ...(held > longestMs ? [`a flood held a person who took no part up for ${held} ms`] : []),
    ],
    note: `questions of others; their wait p50 ${p50} ms, p99 ${p99} ms, of which the flood's answers took ${held} ms at most`,
  };
}
