import { Worker } from 'node:worker_threads';
import type { Clock } from '../process/clock.ts';
import { openSemaphore } from '../process/semaphore.ts';

export type RenderRequest = { svg: string; fontFiles: readonly string[]; family: string };
/** Undefined when the renderer does not take it. */
export type RenderResult = { png: Uint8Array | undefined };

export class DrawingFailed extends Error {
  override name = 'DrawingFailed';
}

/** SVG to PNG, one after the other in a worker thread. */
export type Renderer = {
  /** @throws {DrawingFailed} when it takes longer than {@link LONGEST_MS}, or cannot be rendered on this machine. */
  render(request: RenderRequest): Promise<Uint8Array>;
  isFree(): boolean;
};

/** Some 70 ms are usual. */
export const LONGEST_MS = 5_000;

/**
 * The thread starts with the first picture, and does not keep the process alive. One that takes too long is ended, and
 * the next picture starts another: nothing that a person typed can hold it for longer.
 */
export function openRenderer({ clock }: { clock: Clock }): Renderer {
  const oneAtATime = openSemaphore(1);
  let worker: Worker | undefined;
  let waiting = 0;

  async function renderNow(request: RenderRequest): Promise<Uint8Array> {
    worker ??= startWorker();
    const giveUp = new AbortController();
    try {
      const late = clock.sleep(LONGEST_MS, giveUp.signal).then(() => 'late' as const);
      late.catch(() => {}); // it is given up when the picture is there
      const result = await Promise.race([resultOf(worker, request), late]);
      if (result === 'late') throw new DrawingFailed(`not rendered within ${LONGEST_MS} ms`);
      if (!result.png) throw new DrawingFailed('the renderer does not take it');
      return result.png;
    } catch (cause) {
      void worker?.terminate();
      worker = undefined;
      throw cause instanceof DrawingFailed ? cause : new DrawingFailed('not rendered', { cause });
    } finally {
      giveUp.abort();
    }
  }

  return {
    async render(request) {
      waiting++;
      try {
        return await oneAtATime(() => renderNow(request));
      } finally {
        waiting--;
      }
    },
    isFree: () => waiting === 0,
  };
}

function startWorker(): Worker {
  const worker = new Worker(new URL('./render-worker.ts', import.meta.url));
  worker.unref();
  // Told to the one who waits for it; without a listener it would end the process.
  worker.on('error', () => {});
  return worker;
}

function resultOf(worker: Worker, request: RenderRequest): Promise<RenderResult> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', done);
      worker.off('error', reject);
      worker.off('exit', ended);
      act();
    };
    const done = (result: RenderResult) => settle(() => resolve(result));
    const ended = () => settle(() => reject(new Error('the renderer ended')));
    worker.once('message', done);
    worker.once('error', reject);
    worker.once('exit', ended);
    worker.postMessage(request);
  });
}
