import { InputFile } from 'grammy';
import type { UserId } from '#contracts/ids.ts';
import type { MovingJob } from '#contracts/moving.ts';
import { Unavailable } from '#services/platform/jetstream/errors.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { Telegram } from '#services/platform/telegram/client.ts';
import type { People } from '../people.ts';
import type { Person } from '../person.ts';
import { post } from '../replies/replies.ts';
import { daysIn, exportedOf } from './export/exported.ts';
import { fileName, written } from './writer.ts';

export type ExportPorts = {
  people: Pick<People, 'notes'>;
  telegram: Pick<Telegram, 'api'>;
  log: Log;
  noteBlock(userId: UserId, updateId: number): Promise<void>;
};

type ExportJob = Extract<MovingJob, { job: 'export' }>;

/**
 * Writes the file that was asked for and sends it; it waits for the budget like any other message.
 * @throws {Unavailable} when Telegram was not reached; another error when it is unknown whether it took the file.
 */
export async function sendExport(
  { people, telegram, log, noteBlock }: ExportPorts,
  person: Person,
  { form, updateId }: ExportJob,
): Promise<void> {
  const { userId, account, habits } = person;
  const exported = await exportedOf(people, person);
  const file = new InputFile(await written({ form, exported }), fileName({ form, exported }));
  const t = translator(account.locale);
  const caption = t('export-caption', {
    habits: t('import-habits', { habits: habits.length }),
    days: t('import-days', { days: daysIn(exported) }),
  });
  const posted = await post(() => telegram.api.sendDocument(userId, file, { caption }), log);
  if (posted === 'blocked') await noteBlock(userId, updateId);
  if (posted === 'unknown') throw new Error('unknown whether the file arrived');
  const isAway =
    posted === 'limited' || posted === 'held' || posted === 'notSent' || posted === 'unreachable';
  if (isAway) throw new Unavailable(`the file did not reach Telegram: ${posted}`);
}
