import { Api } from 'grammy';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { invoicePayload } from '#contracts/premium.ts';
import { freePort } from '#deploy/local/ports.ts';
import { provision } from '#deploy/provision/provision.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import { type Simulator, startSimulator } from '#deploy/telegram/start.ts';
import { paymentProblem } from '#services/ingress/payment-problem.ts';
import { pollUpdates } from '#services/ingress/poll.ts';
import { preCheckoutAnswerer } from '#services/ingress/pre-checkout.ts';
import { start } from '#services/ingress/start.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { createLog } from '#services/platform/process/log.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { asUserId } from '../../support/ids.ts';
import { storedUpdates } from './stored-updates.ts';

const TOKEN = `42:${'t'.repeat(35)}`;
const PRICE = 50;
const log = createLog('ingress', 'silent');
let nats: TestNats;
let simulator: Simulator;
let telegram: SimulatorClient;
let api: Api;
let nextId = 700;
const running: Running[] = [];

beforeAll(async () => {
  nats = await startTestNats();
  await provision(await nats.connection(), { shardCount: 1 });
  simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN, webhookRetryMs: 50 });
  telegram = simulatorClient(simulator.url);
  api = new Api(TOKEN, { apiRoot: simulator.url });
});
afterEach(async () => {
  await telegram.clearFaults();
  for (const each of running.splice(0)) await each.stop();
});
afterAll(async () => {
  await simulator.stop();
  await nats.stop();
});

const linkFor = (userId: number, stars = PRICE) =>
  api.createInvoiceLink(
    'Premium',
    'For 30 days',
    invoicePayload({ userId: asUserId(userId), stars }),
    '',
    'XTR',
    [{ label: 'Premium', amount: stars }],
    { subscription_period: 2_592_000 },
  );

async function ingress(change: { webhook?: boolean; price?: number | undefined } = {}) {
  const { webhook = false, price = 'price' in change ? undefined : PRICE } = change;
  const port = await freePort();
  const started = await start(
    {
      ...{ natsUrl: nats.url, logLevel: 'silent', botToken: TOKEN, telegramApiRoot: simulator.url },
      ...{ host: '127.0.0.1', port: webhook ? port : 0 },
      ...(webhook && { webhookUrl: `http://127.0.0.1:${port}/hook`, webhookSecret: 'secret' }),
      ...(price !== undefined && { premiumPriceStars: price }),
    },
    { nats: await nats.connection(), clock: systemClock, log },
  );
  running.push(started);
}

const kindsStored = async (userId: number) =>
  (await storedUpdates(await nats.connection(), userId)).map((body) => Object.keys(JSON.parse(body))[1]);

describe('a person who is about to pay', () => {
  it.each([
    ['by webhook', true],
    ['by polling', false],
  ] as const)('is answered, %s, and the question is stored too', async (_how, webhook) => {
    await ingress({ webhook });
    const id = nextId++;
    const person = await telegram.person({ id });
    const outcome = await person.pay(await linkFor(id));
    expect(outcome.paid).toBe(true);
    await eventually(async () => expect(await kindsStored(id)).toEqual(['pre_checkout_query', 'message']));
  });

  it('is told in their language why not: another price, an offer of somebody else, nothing sold', async () => {
    await ingress();
    const id = nextId++;
    const person = await telegram.person({ id, languageCode: 'ru' });
    expect(await person.pay(await linkFor(id, 49))).toMatchObject({ error: expect.stringContaining('Цена') });
    expect(await person.pay(await linkFor(id + 1_000))).toMatchObject({
      error: expect.stringContaining('другому'),
    });
    await running.splice(0)[0]?.stop();
    await ingress({ price: undefined });
    expect(await person.pay(await linkFor(id))).toMatchObject({
      error: expect.stringContaining('не продаётся'),
    });
  });

  it('is answered by a further try when Telegram stumbled over the first ones', async () => {
    await ingress();
    const id = nextId++;
    const person = await telegram.person({ id });
    await telegram.fault({
      method: 'answerPreCheckoutQuery',
      times: 2,
      status: 500,
      error: 'Internal Server Error',
    });
    expect((await person.pay(await linkFor(id))).paid).toBe(true);
  });

  it('is answered though nothing that came with it can be stored', async () => {
    const id = nextId++;
    const person = await telegram.person({ id });
    const stopping = new AbortController();
    const ports = {
      clock: systemClock,
      log,
      answer: preCheckoutAnswerer(api, PRICE, { clock: systemClock, log }),
    };
    const never = Promise.withResolvers<'stored'>();
    await person.say('stands before it');
    const paying = person.pay(await linkFor(id));
    // What an ingress of before had in hand when it was stopped may wait too.
    await person.waitForChat(({ pendingUpdates }) => pendingUpdates >= 2);
    const polling = pollUpdates(api, () => never.promise, ports, stopping.signal);
    expect((await paying).paid).toBe(true);
    stopping.abort();
    never.resolve('stored');
    await polling;
  });
});

describe('what may be paid', () => {
  const query = {
    id: '1',
    from: { id: 42 },
    currency: 'XTR',
    total_amount: PRICE,
    invoice_payload: invoicePayload({ userId: asUserId(42), stars: PRICE }),
  };
  it.each([
    ['what is sold', {}, undefined],
    ['other money', { currency: 'USD' }, 'off'],
    ['a payload of nobody', { invoice_payload: 'premium' }, 'off'],
    ['a payload with something behind it', { invoice_payload: `${query.invoice_payload}:1` }, 'off'],
    ['less than the price', { total_amount: PRICE - 1 }, 'other-price'],
    ['an older price, as offered', { total_amount: 40, invoice_payload: 'premium:42:40' }, 'other-price'],
    ['an offer made to somebody else', { from: { id: 43 } }, 'other-person'],
  ])('%s', (_what, change, problem) => {
    expect(paymentProblem({ ...query, ...change }, PRICE)).toBe(problem);
    expect(paymentProblem({ ...query, ...change }, undefined)).toBe('off');
  });
});
