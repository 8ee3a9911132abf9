import type { SentFile } from '#contracts/moving.ts';
import { Unavailable } from '#services/platform/jetstream/errors.ts';
import { classify, type Telegram } from '#services/platform/telegram/client.ts';
import { NoSuchFile } from '#services/platform/telegram/download.ts';
import { MAX_FILE_BYTES } from './limits.ts';

/**
 * The bytes of a file that a person sent, as long as Telegram has it.
 * @returns undefined when Telegram does not give it (any more).
 * @throws {Unavailable} when Telegram was not reached.
 */
export async function fetchSent(
  { api, download }: Pick<Telegram, 'api' | 'download'>,
  { fileId }: SentFile,
): Promise<Uint8Array | undefined> {
  try {
    const { file_path: path } = await api.getFile(fileId);
    return path === undefined ? undefined : await download(path, MAX_FILE_BYTES);
  } catch (cause) {
    if (cause instanceof NoSuchFile || classify(cause).kind === 'refused') return undefined;
    throw new Unavailable('Telegram did not give the file', { cause });
  }
}
