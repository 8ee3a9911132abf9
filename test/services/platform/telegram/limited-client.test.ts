import { InputFile } from 'grammy';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#services/platform/process/clock.ts';
import type { RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { ChatHeld } from '#services/platform/rate-limit/slot-queue.ts';
import { classify, createTelegram } from '#services/platform/telegram/client.ts';
import { error, failure, log, sent, serve, silentFor, TOKEN } from './fixture.ts';

type FleetLimiter = Pick<RateLimiter, 'acquire' | 'pause' | 'hold'>;

describe('with the rate limiter', () => {
  const witness = () => {
    const calls: string[] = [];
    const limiter: FleetLimiter = {
      async acquire(lane, chatId) {
        calls.push(`${lane} ${chatId}`);
        return true;
      },
      async pause(ms) {
        calls.push(`pause ${ms}`);
      },
      async hold(chatId, ms) {
        calls.push(`hold ${chatId} ${ms}`);
      },
    };
    return { calls, limiter };
  };
  const telegram = (apiRoot: string, limiter: FleetLimiter) =>
    createTelegram({ token: TOKEN, apiRoot, limiter, lane: 'reply', clock: systemClock, log }).api;

  test('sends, edits and deletions wait, with their chat; answers to taps do not', async () => {
    const { calls, limiter } = witness();
    const { apiRoot, seen } = await serve(sent);
    const bot = telegram(apiRoot, limiter);
    await bot.answerCallbackQuery('1');
    await bot.sendChatAction(5, 'typing');
    await bot.answerPreCheckoutQuery('1', true);
    expect(calls).toEqual([]);
    await bot.sendMessage(5, 'hello');
    await bot.editMessageText(6, 1, 'hello');
    await bot.editMessageReplyMarkup(7, 1);
    await bot.deleteMessage(8, 1);
    expect(calls).toEqual(['reply 5', 'reply 6', 'reply 7', 'reply 8']);
    expect(seen).toHaveLength(7);
  });

  test('an uploaded file arrives whole', async () => {
    const { limiter } = witness();
    const { apiRoot, seen } = await serve(sent);
    await telegram(apiRoot, limiter).sendPhoto(5, new InputFile(Buffer.from('a picture'), 'p.png'));
    expect(seen[0]?.body).toContain('a picture');
  });

  test('a 429 pauses the fleet, and the call is made again with a new permission', async () => {
    const { calls, limiter } = witness();
    const { apiRoot } = await serve(silentFor(2), sent);
    await expect(telegram(apiRoot, limiter).sendMessage(5, 'hello')).resolves.toMatchObject({
      message_id: 9,
    });
    expect(calls).toEqual(['reply 5', 'pause 2000', 'reply 5']);
  });

  test('endless 429s reach the caller, and each paused the fleet', async () => {
    const { calls, limiter } = witness();
    const { apiRoot } = await serve(silentFor(1));
    expect(classify(await failure(telegram(apiRoot, limiter).sendMessage(5, 'x')))).toMatchObject({
      kind: 'limited',
    });
    expect(calls.filter((call) => call === 'pause 1000')).toHaveLength(5);
  });

  test('a 429 for what does not count pauses the fleet too, and is told', async () => {
    const { calls, limiter } = witness();
    const { apiRoot } = await serve(silentFor(1));
    expect(classify(await failure(telegram(apiRoot, limiter).answerCallbackQuery('1')))).toMatchObject({
      kind: 'limited',
    });
    expect(calls).toEqual(['pause 1000']);
  });

  test('a 429 for a group holds that group, and one for a private chat too once others were accepted since', async () => {
    const { calls, limiter } = witness();
    const { apiRoot } = await serve(silentFor(3), sent, silentFor(2), sent, sent, silentFor(4), sent);
    const bot = telegram(apiRoot, limiter);
    await bot.sendMessage(-100, 'hello');
    await bot.sendMessage(5, 'hello');
    await systemClock.sleep(5);
    await bot.sendMessage(6, 'hello');
    await bot.sendMessage(5, 'hello');
    expect(calls).toEqual([
      ...['reply -100', 'hold -100 3000', 'reply -100'],
      ...['reply 5', 'pause 2000', 'reply 5', 'reply 6'],
      ...['reply 5', 'hold 5 4000', 'reply 5'],
    ]);
  });

  test.each([
    { asked: 7200, chatId: 5, believed: 'pause 3600000' },
    { asked: 3600, chatId: 5, believed: 'pause 3600000' },
    { asked: 7200, chatId: -5, believed: 'hold -5 7200000' },
    { asked: 90_000, chatId: -5, believed: 'hold -5 86400000' },
    ...[0, -1, 'soon', null, undefined].map((asked) => ({ asked, chatId: 5, believed: 'pause 5000' })),
  ])('retry_after $asked for $chatId is believed as $believed', async ({ asked, chatId, believed }) => {
    const { calls, limiter } = witness();
    const { apiRoot } = await serve(error(429, { retry_after: asked }), sent);
    await telegram(apiRoot, limiter).sendMessage(chatId, 'hello');
    expect(calls).toEqual([`reply ${chatId}`, believed, `reply ${chatId}`]);
  });

  test('for a chat that is held for long nothing is sent, and the caller learns for how long', async () => {
    const { apiRoot, seen } = await serve(sent);
    const { limiter } = witness();
    const held: FleetLimiter = { ...limiter, acquire: () => Promise.reject(new ChatHeld(60_000)) };
    const caught = await failure(telegram(apiRoot, held).sendMessage(5, 'hello'));
    expect(classify(caught)).toEqual({ kind: 'held', forMs: 60_000 });
    expect(seen).toEqual([]);
  });

  test('a pause that cannot be made known does not lose the message', async () => {
    const { limiter } = witness();
    const { apiRoot } = await serve(silentFor(1), sent);
    const away: FleetLimiter = { ...limiter, pause: () => Promise.reject(new Error('store away')) };
    await expect(telegram(apiRoot, away).sendMessage(5, 'hello')).resolves.toMatchObject({ message_id: 9 });
  });

  test('when permission is refused nothing is sent', async () => {
    const { apiRoot, seen } = await serve(sent);
    const { limiter } = witness();
    const closed: FleetLimiter = { ...limiter, acquire: () => Promise.reject(new Error('stopped')) };
    expect(await failure(telegram(apiRoot, closed).sendMessage(5, 'hello'))).toBeInstanceOf(Error);
    expect(seen).toEqual([]);
  });
});
