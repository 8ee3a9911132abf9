import type { Clock } from '../process/clock.ts';
import { openEmoji } from './emoji.ts';
import { type Fonts, openFonts } from './fonts.ts';
import { keepNewest } from './keep-newest.ts';
import { pageSvg } from './page.ts';
import type { Picture } from './picture.ts';
import { DrawingFailed, openRenderer } from './renderer.ts';
import { type Typesetter, typesetter } from './typeset.ts';

/** Draws pictures as PNG, off the event loop. */
export type Pictures = {
  /**
   * A picture that was drawn a moment ago is not drawn again.
   * @throws {DrawingFailed} when it takes too long, or the renderer does not take it.
   */
  png(picture: Picture): Promise<Uint8Array>;
  /** Whether one would be drawn at once. */
  isFree(): boolean;
};

/** A tenth of a megabyte each. */
const REMEMBERED = 32;

export function openPictures(ports: { clock: Clock }): Pictures {
  const renderer = openRenderer(ports);
  const remembered = new Map<string, Promise<Uint8Array>>();
  // Most processes draw nothing until a person asks.
  let fonts: Fonts | undefined;
  let setter: Typesetter | undefined;

  async function draw(picture: Picture): Promise<Uint8Array> {
    try {
      fonts ??= openFonts();
      setter ??= typesetter(fonts, openEmoji());
      const svg = pageSvg(picture, setter);
      return await renderer.render({ svg, fontFiles: fonts.files, family: fonts.family });
    } catch (cause) {
      throw cause instanceof DrawingFailed ? cause : new DrawingFailed('not drawn', { cause });
    }
  }

  return {
    png(picture) {
      const identity = JSON.stringify(picture);
      const known = remembered.get(identity);
      if (known) return known;
      const made = draw(picture);
      keepNewest(remembered, identity, made, REMEMBERED);
      made.catch(() => remembered.delete(identity));
      return made;
    },
    isFree: renderer.isFree,
  };
}
