import { GrammyError } from 'grammy';
import { endOnCrash } from '#services/platform/process/run-service.ts';

/* A process in which nobody catches an error, thrown or rejected, that has a person's words in it. */

const [way = '', words = ''] = process.argv.slice(2);
endOnCrash('crashing');
const refusal = { ok: false as const, error_code: 400, description: `Bad Request: "${words}"` };
const error = new GrammyError("Call to 'sendMessage' failed!", refusal, 'sendMessage', { text: words });
setTimeout(() => {
  if (way === 'thrown') throw error;
  void Promise.reject(error);
});
setTimeout(() => {}, 60_000);
