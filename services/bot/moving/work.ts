import { MOVING_CONSUMER } from '#contracts/consumers.ts';
import type { EventMetadata } from '#contracts/events.ts';
import type { UserId } from '#contracts/ids.ts';
import { MovingJob } from '#contracts/moving.ts';
import { userOfMovingSubject } from '#contracts/subjects.ts';
import { isStoreFull } from '#services/platform/jetstream/errors.ts';
import { type ConsumerHandler, consumerHandler } from '#services/platform/jetstream/handler.ts';
import { richText } from '#services/platform/messages/i18n/rich-text.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { Telegram } from '#services/platform/telegram/client.ts';
import type { Rendered, View } from '../conversation/render-context.ts';
import {
  datesScreen,
  type ImportContext,
  type ImportFacts,
  importedScreen,
  previewScreen,
  refusedScreen,
} from '../features/moving/import-screen.ts';
import { type Limit, limitOf } from '../features/premium/limits.ts';
import type { Plan } from '../features/premium/plan.ts';
import type { People } from '../people.ts';
import type { Person } from '../person.ts';
import type { Replies } from '../replies/replies.ts';
import { type Brought, FileRefused } from './brought.ts';
import { carryOutImport } from './carry-out.ts';
import { readNotes } from './notes.ts';
import { commandsOf, type ImportPlan, planImport } from './plan.ts';
import type { FileReader } from './reader.ts';
import { sendExport } from './send-export.ts';
import { fetchSent } from './sent-file.ts';

export type MovingPorts = {
  people: People;
  telegram: Telegram;
  replies: Replies;
  reader: FileReader;
  clock: Clock;
  log: Log;
  /** What is limited without premium. */
  premium: Plan | undefined;
  noteBlock(userId: UserId, updateId: number): Promise<void>;
};

type Asked = { userId: UserId; job: MovingJob };

/**
 * Imports and exports. A job that is delivered again, after a crash or while a server is away, is done once more: what is
 * here already is not brought twice, and the rest is brought; only a message may come a second time.
 */
export function movingHandler(ports: MovingPorts): ConsumerHandler {
  return consumerHandler<Asked>({
    consumer: MOVING_CONSUMER,
    prefetch: 1,
    parse({ subject, json }) {
      const userId = userOfMovingSubject(subject);
      if (!userId) throw new Error('names no person');
      return { userId, job: MovingJob.parse(json()) };
    },
    async handle({ userId, job }) {
      const person = await ports.people.read(userId);
      // A person who was forgotten meanwhile wants nothing any more.
      if (!person.account.registered) return;
      if (job.job === 'export') await sendExport(ports, person, job);
      else await doFile(ports, person, job);
    },
  });
}

type FileJob = Extract<MovingJob, { job: 'preview' | 'import' }>;

async function doFile(ports: MovingPorts, person: Person, job: FileJob): Promise<void> {
  const { locale } = person.account;
  const context: ImportContext = { t: translator(locale), locale };
  const view = await viewOf(ports, person, job, context);
  await show(ports, person, job, view);
}

async function viewOf(
  ports: MovingPorts,
  person: Person,
  job: FileJob,
  context: ImportContext,
): Promise<View> {
  const bytes = await fetchSent(ports.telegram, job.file);
  if (!bytes) return refusedScreen(context, 'gone');
  const reading = await ports.reader.read(bytes, job.dates);
  if (reading.kind === 'refused') return refusedScreen(context, reading.why);
  if (reading.kind === 'asks') return datesScreen(context, reading.question);
  try {
    const facts = await factsOf(ports, reading.brought, person, job);
    if (job.job === 'preview' || facts.limit) return previewScreen(context, facts);
    return await importedView(ports, person, job, { context, facts });
  } catch (error) {
    if (error instanceof FileRefused) return refusedScreen(context, error.why);
    throw error;
  }
}

async function factsOf(
  { premium, people }: MovingPorts,
  brought: Brought,
  person: Person,
  { dates }: FileJob,
): Promise<ImportFacts> {
  const plan = planImport(brought, person, await readNotes(people, person));
  return { brought, plan, dates, limit: limitOfImport(plan, person, premium) };
}

/** Habits that come archived are not counted, as those that are archived here. */
function limitOfImport({ habits }: ImportPlan, person: Person, premium: Plan | undefined): Limit | undefined {
  const active = habits.filter(({ habit }) => !habit.archived);
  return limitOf(
    active.flatMap((plan) => commandsOf(plan, person.today)),
    person,
    premium,
  );
}

/** While EVENTS has no room the person is told, and can tap again later: what was brought until then is not brought twice. */
async function importedView(
  { people, clock }: MovingPorts,
  person: Person,
  { updateId }: FileJob,
  { context, facts }: { context: ImportContext; facts: ImportFacts },
): Promise<View> {
  const cause = `update-${updateId}`;
  const metadata: EventMetadata = {
    correlationId: cause,
    causationId: cause,
    at: new Date(clock.now()).toISOString(),
  };
  try {
    await carryOutImport(people, person, facts.plan, metadata);
  } catch (error) {
    if (isStoreFull(error)) return { text: context.t('not-saved') };
    throw error;
  }
  return importedScreen(context, facts);
}

/** In place of the message that the job names, else as an answer to the one with the file. */
async function show(
  { replies, noteBlock }: MovingPorts,
  { userId }: Person,
  job: FileJob,
  { text, buttons }: View,
): Promise<void> {
  const message: Rendered = {
    ...richText(text),
    ...(buttons && { reply_markup: { inline_keyboard: buttons } }),
  };
  const answering = job.job === 'preview' ? job.answering : undefined;
  const outcome =
    job.editing === undefined
      ? await replies.send(userId, message, answering)
      : await replies.edit(userId, job.editing, message);
  if (outcome === 'blocked') await noteBlock(userId, job.updateId);
}
