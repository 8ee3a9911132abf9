import type { ExportForm } from '#contracts/moving.ts';
import { loopDatabase } from './export/loop-db.ts';
import { loopZip } from './export/loop-zip.ts';
import { ownJson } from './export/own-json.ts';
import { spreadsheet } from './export/spreadsheet.ts';
import type { WriteRequest } from './writer.ts';

/*
 * The process in which one file is written (see writer.ts): it is told what to write, tells its parent the bytes, and ends.
 */
const WRITERS: Readonly<Record<ExportForm, (data: WriteRequest['exported']) => Uint8Array>> = {
  loopDb: loopDatabase,
  loopZip,
  csv: spreadsheet,
  json: ownJson,
};

process.once('message', ({ form, exported }: WriteRequest) => {
  process.send?.(WRITERS[form](exported), () => process.disconnect());
});
