import { parentPort } from 'node:worker_threads';
import { Resvg } from '@resvg/resvg-js';
import type { RenderRequest, RenderResult } from './renderer.ts';

/*
 * The worker thread of renderer.ts. Rendering and above all encoding take tens of milliseconds, in which the event loop
 * of the process would answer nobody.
 */

parentPort?.on('message', ({ svg, fontFiles, family }: RenderRequest) => {
  const font = { fontFiles: [...fontFiles], loadSystemFonts: false, defaultFontFamily: family };
  parentPort?.postMessage({ png: rendered(svg, font) } satisfies RenderResult);
});

function rendered(svg: string, font: NonNullable<ConstructorParameters<typeof Resvg>[1]>['font']) {
  try {
    return new Uint8Array(new Resvg(svg, { font: { ...font }, logLevel: 'off' }).render().asPng());
  } catch {
    return undefined;
  }
}
