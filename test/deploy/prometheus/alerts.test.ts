import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { NATS_SERVICES } from '#deploy/nats/rights.ts';
import { PROMTOOL } from '#test/support/prometheus.ts';

const FOLDER = 'deploy/prometheus';
const read = (file: string) => readFile(`${FOLDER}/${file}`, 'utf8');
const run = promisify(execFile);

test('every alert has a test of when it fires, and says what to do', async () => {
  const rules = await read('alerts.yml');
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const tested = [...(await read('alerts.test.yml')).matchAll(/- name: (\w+)/g)].map(([, name]) => name);
  expect(tested).toEqual(alerts);
  expect(rules.match(/ summary: /g)?.length).toBe(alerts.length);
  expect(rules.match(/ action: /g)?.length).toBe(alerts.length);
});

test('every service is scraped', async () => {
  const [, names = ''] = /names: \[(.*)\]/.exec(await read('prometheus.yml')) ?? [];
  expect(names.split(', ').sort()).toEqual([...NATS_SERVICES].sort());
});

describe.skipIf(!existsSync(PROMTOOL))('promtool (skipped without /usr/bin/promtool)', () => {
  test('takes the configuration', async () => {
    expect((await run(PROMTOOL, ['check', 'config', `${FOLDER}/prometheus.yml`])).stdout).toContain(
      'SUCCESS',
    );
  });

  test('sees each alert fire when it is to, and no other', async () => {
    expect((await run(PROMTOOL, ['test', 'rules', `${FOLDER}/alerts.test.yml`])).stdout).toContain('SUCCESS');
  });
});
