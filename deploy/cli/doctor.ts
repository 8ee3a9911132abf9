import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createLog } from '#services/platform/process/log.ts';
import {
  databaseSettings,
  natsSettings,
  readSettings,
  setting,
} from '#services/platform/process/settings.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding, Level } from '../doctor/finding.ts';
import { operatorEnvironment } from '../local/running.ts';

const settings = z.object({
  ...natsSettings,
  /** Where nats-server tells how it syncs. */
  natsMonitorUrl: z.url({ protocol: /^https?$/ }).optional(),
  ...databaseSettings,
  projections: setting.projections,
  shardCount: setting.shardCount,
  natsStoreBytes: setting.natsStoreBytes,
  natsReplicas: setting.natsReplicas,
  botToken: setting.botToken.optional(),
  telegramApiRoot: setting.telegramApiRoot,
  webhookUrl: z.url({ protocol: /^https?$/ }).optional(),
});

/** For pipelines: the worst that was found. */
const EXIT_CODES: Record<Level, number> = { ok: 0, unknown: 0, warning: 1, problem: 2 };

/** `habitstream doctor [--json]`: what it found and what to do about it. Exit code 1 when something is to be done, 2 when something does not work. */
export async function doctorCommand(args: string[]): Promise<void> {
  const { json } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } }).values;
  const config = readSettings(settings, await operatorEnvironment(process.env));
  const log = createLog('doctor', 'silent', process.stderr);
  const options = { ...config, login: config, replicas: config.natsReplicas };
  const findings = await examine(options, { log, now: Date.now });
  for (const finding of findings) console.log(json ? JSON.stringify(finding) : lines(finding));
  process.exitCode = Math.max(...findings.map(({ level }) => EXIT_CODES[level]));
}

function lines({ level, about, found, advice }: Finding): string {
  const line = `${level.padEnd(8)} ${about.padEnd(24)} ${found}`;
  return advice === undefined ? line : `${line}\n${' '.repeat(34)}-> ${advice}`;
}
