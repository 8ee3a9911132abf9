import { renderAsync } from '@resvg/resvg-js';
import type { Clock } from '../process/clock.ts';
import { openSemaphore } from '../process/semaphore.ts';
import { openEmoji } from './emoji.ts';
import { openFonts } from './fonts.ts';
import { pageSvg } from './page.ts';
import type { Picture } from './picture.ts';
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

export class DrawingFailed extends Error {
  override name = 'DrawingFailed';
}

/** A picture takes some 50 ms of one of Node's four threads, which also resolve names and read files. */
const AT_ONCE = 2;
const LONGEST_MS = 5_000;
/** A tenth of a megabyte each. */
const REMEMBERED = 32;

export function openPictures({ clock }: { clock: Clock }): Pictures {
  const semaphore = openSemaphore(AT_ONCE);
  const remembered = new Map<string, Promise<Uint8Array>>();
  // Most processes draw nothing until a person asks.
  let opened: { typesetter: Typesetter; fontFiles: string[]; family: string } | undefined;
  let drawing = 0;

  function tools() {
    const fonts = opened ? undefined : openFonts();
    if (fonts)
      opened = {
        typesetter: typesetter(fonts, openEmoji()),
        fontFiles: [...fonts.files],
        family: fonts.family,
      };
    if (!opened) throw new DrawingFailed('no fonts');
    return opened;
  }

  async function render(picture: Picture): Promise<Uint8Array> {
    const { typesetter, fontFiles, family } = tools();
    const svg = pageSvg(picture, typesetter);
    const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: family };
    return (await renderAsync(svg, { font, logLevel: 'off' })).asPng();
  }

  /** The permit is given back when the renderer has ended, however long nobody waits for it any more. */
  async function drawn(picture: Picture): Promise<Uint8Array> {
    drawing++;
    const rendered = semaphore(() => render(picture)).finally(() => drawing--);
    rendered.catch(() => {}); // reported by the race
    const giveUp = new AbortController();
    const late = clock.sleep(LONGEST_MS, giveUp.signal).then(() => {
      throw new DrawingFailed(`not drawn within ${LONGEST_MS} ms`);
    });
    late.catch(() => {}); // it is given up when the picture is there
    try {
      return await Promise.race([rendered, late]);
    } catch (cause) {
      throw cause instanceof DrawingFailed ? cause : new DrawingFailed('not drawn', { cause });
    } finally {
      giveUp.abort();
    }
  }

  return {
    png(picture) {
      const identity = JSON.stringify(picture);
      const known = remembered.get(identity);
      if (known) return known;
      const made = drawn(picture);
      remembered.set(identity, made);
      if (remembered.size > REMEMBERED) remembered.delete([...remembered.keys()][0] ?? '');
      made.catch(() => remembered.delete(identity));
      return made;
    },
    isFree: () => drawing < AT_ONCE,
  };
}
