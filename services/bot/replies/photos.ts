import { InputFile } from 'grammy';
import type { Message } from 'grammy/types';
import type { Pictures } from '#services/platform/pictures/draw.ts';
import { keepNewest } from '#services/platform/pictures/keep-newest.ts';
import type { Picture } from '#services/platform/pictures/picture.ts';
import type { Log } from '#services/platform/process/log.ts';

/** A picture as it goes to Telegram: its bytes, or the id of the same one that Telegram has already. */
export type Photo = {
  readonly media: InputFile | string;
  /** Told of Telegram's answer. */
  sent(answer: unknown): void;
  /** Told that Telegram did not take it: what it had may be gone. */
  refused(): void;
};

export type Photos = {
  /** Undefined when it cannot be drawn: then the text goes alone. Never rejects. */
  photo(picture: Picture): Promise<Photo | undefined>;
  /** Whether it would be drawn at once. */
  isFree(): boolean;
};

/** Ids of about a hundred characters. */
const REMEMBERED = 1_000;

/** Draws pictures for messages. One that this process has sent before, to whomever, is not sent over the wire again. */
export function openPhotos(pictures: Pictures, log: Log): Photos {
  const fileIds = new Map<string, string>();

  return {
    async photo(picture) {
      const identity = JSON.stringify(picture);
      const told = {
        sent(answer: unknown) {
          const fileId = fileIdIn(answer);
          if (fileId !== undefined) keepNewest(fileIds, identity, fileId, REMEMBERED);
        },
        refused: () => void fileIds.delete(identity),
      };
      const known = fileIds.get(identity);
      if (known !== undefined) return { media: known, ...told };
      try {
        return { media: new InputFile(await pictures.png(picture), 'habits.png'), ...told };
      } catch (error) {
        log.error({ err: error }, 'a picture could not be drawn');
        return undefined;
      }
    },
    isFree: pictures.isFree,
  };
}

/** The largest of the sizes that Telegram made of it. */
function fileIdIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { photo } = answer as Partial<Pick<Message.PhotoMessage, 'photo'>>;
  return photo?.at(-1)?.file_id;
}
