import { InputFile } from 'grammy';
import { expect, test } from 'vitest';
import { openPhotos } from '#services/bot/replies/photos.ts';
import type { Picture } from '#services/platform/pictures/picture.ts';
import { DrawingFailed } from '#services/platform/pictures/renderer.ts';
import { createLog } from '#services/platform/process/log.ts';

const log = createLog('test', 'silent');
const picture = (text: string): Picture => ({ theme: 'dark', title: { text }, sections: [] });
const answered = (fileId: string) => ({ message_id: 1, photo: [{ file_id: 'small' }, { file_id: fileId }] });

test('what Telegram has already goes by its id, until it is refused', async () => {
  const photos = openPhotos({ png: async () => new Uint8Array([1]), isFree: () => true }, log);
  const first = await photos.photo(picture('a'));
  expect(first?.media).toBeInstanceOf(InputFile);
  first?.sent(answered('large'));
  const second = await photos.photo(picture('a'));
  expect(second?.media).toBe('large');
  expect((await photos.photo(picture('b')))?.media).toBeInstanceOf(InputFile);
  second?.refused();
  expect((await photos.photo(picture('a')))?.media).toBeInstanceOf(InputFile);
  // An edit may be answered with no message.
  second?.sent(true);
  expect((await photos.photo(picture('a')))?.media).toBeInstanceOf(InputFile);
});

test('a picture that cannot be drawn is left out', async () => {
  const failing = async () => {
    throw new DrawingFailed('not drawn');
  };
  expect(await openPhotos({ png: failing, isFree: () => true }, log).photo(picture('a'))).toBeUndefined();
});
