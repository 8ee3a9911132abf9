import { describe, expect, test, vi } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { tick } from './causes.ts';
import { openReadinessFixture } from './fixture.ts';
import { DATA_KINDS } from './kinds-of-data.ts';
import { TELEGRAM_KINDS } from './kinds-of-telegram.ts';

/*
 * Each way in which a service stops working without ending: /readyz says it in a line, and is well again when it is
 * mended. Problems count after some seconds, so the kinds wait side by side.
 */

vi.setConfig({ testTimeout: 240_000, maxConcurrency: 8 });
const KINDS = [...DATA_KINDS, ...TELEGRAM_KINDS];
const UNTIL = { timeoutMs: 90_000 };
/** The longest is that of a 409: the other program may only be between two polls. Failures are forgotten later. */
const OVER = { timeoutMs: 80_000 };

describe.concurrent('not ready is said, with the reason', () => {
  test.for(KINDS.map((kind) => [`${kind.service}: ${kind.name}`, kind] as const))(
    '%s',
    async ([, kind], context) => {
      const { expect: expectHere, onTestFinished } = context;
      const fixture = await openReadinessFixture();
      onTestFinished(() => fixture.stop());
      await tick(fixture, 0);
      await kind.before?.(fixture);
      const settings = { WEBHOOK_URL: fixture.webhookUrl, WEBHOOK_SECRET: 'secret' };
      await fixture.start(kind.service, kind.webhook ? settings : {});
      if (!kind.before)
        await eventually(async () => expectHere(await fixture.readyz()).toEqual(READY), UNTIL);

      const cure = await kind.cause(fixture);
      await eventually(async () => {
        const { status, text } = await fixture.readyz();
        expectHere(text).toMatch(kind.says);
        expectHere(status).toBe(503);
      }, UNTIL);
      await cure();
      await eventually(async () => expectHere(await fixture.readyz()).toEqual(READY), OVER);
    },
  );
});

const READY = { status: 200, text: 'ready' };

test('every service has kinds, of which none is named twice', () => {
  const names = KINDS.map(({ service, name }) => `${service}: ${name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(KINDS.map(({ service }) => service)).size).toBe(6);
});
