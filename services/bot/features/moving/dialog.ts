import type { SentFile } from '#contracts/moving.ts';
import type { Dialog } from '../../conversation/dialog.ts';
import { edit, notice, type Step, send, stay, toast } from '../../conversation/step.ts';
import type { MovingTap } from '../../conversation/taps.ts';
import type { TapContext } from '../../conversation/update-context.ts';
import type { Input } from '../../incoming.ts';
import type { AskedJob } from '../../moving/jobs.ts';
import { MAX_FILE_BYTES } from '../../moving/limits.ts';
import type { Person } from '../../person.ts';
import { askTimezone } from '../timezone/dialog.ts';

type SentDocument = Extract<Input, { kind: 'document' }>;

/** A file may be sent at any time; whatever the dialog asks is asked still. Its preview comes when it is read. */
export function receiveFile(dialog: Dialog, { file, messageId }: SentDocument, person: Person): Step {
  if (!person.account.timezone) return askTimezone('needed');
  if ((file.bytes ?? 0) > MAX_FILE_BYTES) return stay(dialog, send(notice('refused-tooLarge')));
  return { ...stay(dialog), jobs: [{ job: 'preview', file, answering: messageId }] };
}

/** A preview answers the message with its file, so that the file is known again, however long ago it was sent. */
export function tapMoving(dialog: Dialog, tap: MovingTap, { input }: TapContext): Step {
  switch (tap.tap) {
    case 'importNot':
      return stay(dialog, edit(notice('import-cancelled')));
    case 'importFile':
    case 'importDates': {
      const { file, messageId } = input.message ?? {};
      if (!file || messageId === undefined) return toast(dialog, 'toast-file-gone');
      return { ...toast(dialog, TOASTS[tap.tap]), jobs: [jobOf(tap, file, messageId)] };
    }
    case 'export':
      return stay(dialog, edit({ screen: 'export' }));
    case 'exportAs':
      return { ...toast(dialog, 'toast-exporting'), jobs: [{ job: 'export', form: tap.form }] };
  }
}

const TOASTS = { importFile: 'toast-importing', importDates: 'toast-reading' } as const;

type FileTap = Extract<MovingTap, { tap: 'importFile' | 'importDates' }>;

function jobOf({ tap, dates }: FileTap, file: SentFile, editing: number): AskedJob {
  const chosen = dates === 'plain' ? {} : { dates };
  return { job: tap === 'importFile' ? 'import' : 'preview', file, editing, ...chosen };
}
