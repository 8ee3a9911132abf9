import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import type { z } from 'zod';
import { serviceSettings } from '#deploy/local/services.ts';
import { environmentName, readSettings } from '#services/platform/process/settings.ts';

/* What a manifest says of a process, compared with the code's: Kubernetes and compose in the same words. */

export const SERVICES = Object.keys(serviceSettings) as (keyof typeof serviceSettings)[];

export type Described = { name: string; command: readonly string[]; environment: Record<string, string> };

/** What stands for secrets: of the right form, and nothing more. */
export const SECRETS: Record<string, string> = {
  BOT_TOKEN: '1234567:not-a-token-of-anybody',
  WEBHOOK_SECRET: 'secret',
  CONSOLE_PASSWORD: 'a password that nobody guesses',
  TOMBSTONE_KEY: 'a key that nobody could ever have guessed',
  DATABASE_URL: 'postgres://user@127.0.0.1:5432/habitstream',
};

export function namesOf(schema: z.ZodObject): string[] {
  return Object.keys(schema.shape).map(environmentName);
}

/** Every setting is one that the process reads, none that it needs is missing, and it is who it says. */
export function expectProcess({ name, command, environment }: Described): void {
  const schema = serviceSettings[name as keyof typeof serviceSettings];
  expect(command, name).toEqual([`services/${name}/main.ts`]);
  expect(existsSync(command[0] ?? ''), name).toBe(true);
  const known = namesOf(schema);
  expect(
    Object.keys(environment).filter((key) => !known.includes(key)),
    name,
  ).toEqual([]);
  const config = readSettings(schema as z.ZodObject, environment);
  expect(config, name).toMatchObject({
    natsUser: name,
    natsInboxPrefix: `_INBOX.${name}`,
    healthPort: HEALTH_PORT,
    healthHost: '0.0.0.0',
  });
}

/** Where all of them answer probes and scrapes. */
export const HEALTH_PORT = 9100;
