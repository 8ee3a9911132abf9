import { TransportFailure } from './transport.ts';

const ANSWER_MS = 30_000;

/** Fetches what Telegram names by the path that `getFile` gives. */
export type Download = (filePath: string, mostBytes: number) => Promise<Uint8Array>;

/** Telegram does not have the file at this path any more, or it is larger than was allowed. */
export class NoSuchFile extends Error {
  override name = 'NoSuchFile';
}

/**
 * Downloads files. The token is part of their address, so that no error names it.
 * @throws {TransportFailure} when there was no answer in time; {@link NoSuchFile}.
 */
export function openDownload(apiRoot: string, token: string): Download {
  return async (filePath, mostBytes) => {
    const path = filePath.split('/').map(encodeURIComponent).join('/');
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const answer = await fetch(`${apiRoot}/file/bot${token}/${path}`, { signal });
      if (answer.status >= 500 || answer.status === 429 || !answer.body)
        throw new TransportFailure(`the file's server answered ${answer.status}`, false);
      if (!answer.ok) throw new NoSuchFile(`no file: ${answer.status}`);
      return await bounded(answer.body, mostBytes);
    } catch (error) {
      if (error instanceof NoSuchFile || error instanceof TransportFailure) throw error;
      throw new TransportFailure('no file in time', false);
    }
  };
}

async function bounded(body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new NoSuchFile('larger than was allowed');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
