import { systemClock } from '#services/platform/process/clock.ts';
import { withoutSecrets } from '#services/platform/process/describe-error.ts';
import {
  followReadiness,
  problemLine,
  type ReadinessListener,
} from '#services/platform/process/readiness.ts';
import { readLocalConfig } from '../local/config.ts';
import { type Addresses, startStack } from '../local/stack.ts';

/** After this the process ends, also while a server still runs: its deadman ends it. */
const STOP_DEADLINE_MS = 25_000;

/** `habitstream start`: runs the local environment until Ctrl-C or SIGTERM. A second signal ends it at once. */
export async function startCommand(args: string[]): Promise<void> {
  const config = readLocalConfig(args, process.env);
  const signal = firstSignal();
  console.log('Starting nats-server, Postgres and the services …');
  const stack = await startStack(config, (line) => console.log(line));
  for (const line of banner(stack.addresses)) console.log(line);
  const following = followReadiness(stack.readiness, systemClock, readinessLines(stack.addresses));
  await signal;
  console.log('Stopping …');
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  process.once('SIGINT', () => process.exit(130));
  await following.stop();
  await stack.stop();
  console.log('Stopped. The data is kept.');
  process.exit(0);
}

function banner({ chat, console, nats, database, dataDir, logFile }: Addresses): string[] {
  return [
    '',
    ...(chat === undefined ? ['  Bot       the real one: write to it in Telegram'] : [`  Chat      ${chat}`]),
    `  Console   ${console}`,
    `  NATS      ${withoutSecrets(nats)}`,
    `  Postgres  ${withoutSecrets(database)}`,
    `  Data      ${dataDir}`,
    `  Log       ${logFile}`,
    '',
  ];
}

/** "Ready" is a promise: it is said while every service does its work, and taken back when one does not. */
function readinessLines({ chat }: Addresses): ReadinessListener {
  const ready =
    chat === undefined
      ? 'Ready. Ctrl-C stops it.'
      : 'Ready: open the chat page and press START. Ctrl-C stops it.';
  let wasReady = false;
  return {
    began: (problem) => console.log(`Not ready: ${problemLine(problem)}`),
    ended: ({ name }) => console.log(`No longer: ${name}`),
    ready() {
      console.log(wasReady ? 'Ready again.' : ready);
      wasReady = true;
    },
  };
}

/** Call it before anything is started, so that Ctrl-C during the start leaves nothing running. */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  });
}
