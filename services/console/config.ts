import { z } from 'zod';
import { processSettings } from '#services/platform/process/settings.ts';

/** Settings of the console. Without `consolePassword` it only shows. */
export const consoleSettings = z.object({
  ...processSettings,
  /** What operators log in with, to act. */
  consolePassword: z.string().min(12, 'at least 12 characters').optional(),
  /** How it is reached from elsewhere, behind a proxy that speaks TLS. On this machine it needs none. */
  consoleUrl: z
    .url({ protocol: /^https?$/, message: 'a URL such as https://console.example.org' })
    .optional(),
  /** Where it listens; 0 takes a free port. */
  consolePort: z.coerce.number().int().min(0).max(65_535).default(8082),
  consoleHost: z.string().default('127.0.0.1'),
});
export type ConsoleConfig = z.infer<typeof consoleSettings>;
