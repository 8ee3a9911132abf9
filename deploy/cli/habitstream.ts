#!/usr/bin/env node
import { ProjectionBusy } from '#projections/engine/versions.ts';
import { NotProvisioned } from '#services/platform/jetstream/errors.ts';
import { SettingsProblem } from '#services/platform/process/settings.ts';
import { StartupProblem } from '../local/startup-problem.ts';
import { ProvisionRefused } from '../provision/provision.ts';
import { deadCommand } from './dead.ts';
import { projectionsCommand } from './projections.ts';
import { provisionCommand } from './provision.ts';
import { startCommand } from './start.ts';
import { WrongUsage } from './usage.ts';

const USAGE = `Usage: npm run habitstream -- <command>

  start [--data-dir DIR] [--port N] [--no-simulator]   everything on this machine
  provision [--force]                                  create or update streams, buckets, consumers and tables
  projections list                                     projections, their versions and positions
  projections rebuild <name>                           build it anew from the log, and swap it in
  projections verify <name>                            compare it with a replay of the log, row for row
  dead list [--consumer NAME] [--json]                 messages that could not be handled, oldest first
  dead show <number> [--json]                          one of them with its content and what was wrong
  dead replay <number...> | --consumer NAME | --all    have the consumer that parked them try again
  dead drop <number...> | --consumer NAME              erase them for good

Settings come from the environment: see README.md.`;

const commands: Record<string, (args: string[]) => Promise<void>> = {
  start: startCommand,
  provision: provisionCommand,
  projections: projectionsCommand,
  dead: deadCommand,
  help: async () => console.log(USAGE),
};

/** Problems whose message alone tells a person what to do. */
const FOR_PEOPLE = [StartupProblem, SettingsProblem, ProvisionRefused, NotProvisioned, ProjectionBusy];

const [name = 'help', ...args] = process.argv.slice(2);
try {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new WrongUsage(`There is no command "${name}".`);
  await command(args);
} catch (error) {
  process.exitCode = 1;
  if (error instanceof WrongUsage) console.error(`${error.message}\n\n${USAGE}`);
  else if (error instanceof Error && FOR_PEOPLE.some((kind) => error instanceof kind))
    console.error(error.message);
  else console.error(error);
}
