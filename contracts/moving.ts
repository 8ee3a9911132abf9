import { z } from 'zod';
import { enumOf } from './enum-of.ts';

/** A file that a person sent, as Telegram names it. */
export const SentFile = z.object({
  fileId: z.string().min(1).max(512).describe("Telegram's name of the file."),
  name: z
    .string()
    .max(256)
    .optional()
    .describe('The name it had with the person; absent when Telegram says none.'),
  bytes: z
    .int()
    .nonnegative()
    .optional()
    .describe('Its size; absent when Telegram does not say it.')
    .meta({ 'x-unit': 'bytes' }),
});
export type SentFile = z.infer<typeof SentFile>;

/** Kinds of files that people may take along. */
export const ExportForm = enumOf({
  loopDb: "Loop Habit Tracker's database",
  loopZip: "Loop Habit Tracker's CSV files in a zip",
  csv: 'one CSV file',
  json: 'everything, as JSON',
});
export type ExportForm = z.infer<typeof ExportForm>;

const DateOrder = enumOf({ dayFirst: '31/12/2026', monthFirst: '12/31/2026' });

const messageId = (meaning: string) => z.int().describe(meaning).meta({ 'x-unit': 'Telegram message id' });

const asked = {
  updateId: z
    .int()
    .describe('Of the update that asked for it: it names the cause of what is recorded.')
    .meta({ 'x-unit': 'Telegram update id' }),
};
const file = SentFile.describe('The file.');
const dates = DateOrder.optional().describe('How its dates are meant; absent where they leave no doubt.');

/** What is to be done with a file. */
export const MovingJob = z.discriminatedUnion('job', [
  z
    .object({
      job: z.literal('preview'),
      ...asked,
      file,
      answering: messageId(
        'The message with the file, which is answered; absent when another is edited.',
      ).optional(),
      editing: messageId(
        'The question how its dates are meant, in whose place it comes; absent without one.',
      ).optional(),
      dates,
    })
    .describe('To show what is in a file.'),
  z
    .object({ job: z.literal('import'), ...asked, file, editing: messageId('The preview.'), dates })
    .describe('To bring what is in a file.'),
  z
    .object({ job: z.literal('export'), ...asked, form: ExportForm.describe('What kind of file is wanted.') })
    .describe('To write a file and send it.'),
]);
export type MovingJob = z.infer<typeof MovingJob>;
