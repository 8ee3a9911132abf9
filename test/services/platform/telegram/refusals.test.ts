import { expect, test } from 'vitest';
import { isChatRefused, refusalIn, refusalReason } from '#services/platform/telegram/refusals.ts';

test.each([
  { code: 403, description: 'Forbidden: bot was blocked by the user' },
  { code: 403, description: 'Forbidden: user is deactivated' },
  { code: 403, description: "Forbidden: bot can't initiate conversation with a user" },
  { code: 400, description: 'Bad Request: chat not found' },
  { code: 400, description: 'Bad Request: user not found' },
  { code: 400, description: 'Bad Request: PEER_ID_INVALID' },
])('nothing reaches the chat: $code $description', (refusal) => {
  expect(isChatRefused(refusal)).toBe(true);
  expect(refusalIn(refusalReason(refusal))).toEqual(refusal);
});

test.each([
  { code: 400, description: "Bad Request: can't parse entities: unsupported tag chat not found" },
  { code: 400, description: 'Bad Request: message text is empty' },
  { code: 400, description: 'Bad Request: BUTTON_DATA_INVALID' },
  { code: 400, description: 'Bad Request: chat_id is empty' },
  { code: 413, description: 'Request Entity Too Large' },
  { code: 409, description: 'chat not found' },
])('only this message is refused: $code $description', (refusal) => {
  expect(isChatRefused(refusal)).toBe(false);
});

test.each(['interrupted', 'no answer', ''])('no refusal: "%s"', (reason) => {
  expect(refusalIn(reason)).toBeUndefined();
});
