#!/usr/bin/env node
import { NotDropped } from '#projections/engine/leftovers.ts';
import { NoNewProjection } from '#projections/engine/new-projection.ts';
import { RebuildNeeded } from '#projections/engine/projection.ts';
import { ViewsInUse } from '#projections/engine/published-views.ts';
import { NoSuchProjection } from '#projections/engine/registry.ts';
import { ProjectionBusy } from '#projections/engine/versions.ts';
import { NotProvisioned } from '#services/platform/jetstream/errors.ts';
import { NatsUnreachable } from '#services/platform/jetstream/login.ts';
import { errorReport, withoutSecrets } from '#services/platform/process/describe-error.ts';
import { endOnCrash } from '#services/platform/process/run-service.ts';
import { SettingsProblem } from '#services/platform/process/settings.ts';
import { BackupRefused } from '../backup/refused.ts';
import { StartupProblem } from '../local/startup-problem.ts';
import { DatabaseUnreachable } from '../provision/everything.ts';
import { ProvisionRefused } from '../provision/provision.ts';
import { backupCommand } from './backup.ts';
import { budgetCommand } from './budget.ts';
import { NotConfirmed } from './confirmation.ts';
import { deadCommand } from './dead.ts';
import { doctorCommand } from './doctor.ts';
import { eventsCommand } from './events.ts';
import { explainCommand } from './explain.ts';
import { forgetCommand } from './forget.ts';
import { historyCommand } from './history.ts';
import { natsCommand } from './nats.ts';
import { projectionsCommand } from './projections.ts';
import { provisionCommand } from './provision.ts';
import { startCommand } from './start.ts';
import { WrongUsage } from './usage.ts';
import { webhookCommand } from './webhook.ts';

/*
 * The command line of operators: a file for each command, here the usage and the dispatch. A command parses, prints and
 * sets the exit code; what it does lies in a folder named for it (dead-letters/), in deploy/local, deploy/provision or
 * services/projector. Nothing imports a command; deploy/capacity shares usage.ts.
 */

const USAGE = `Usage: npm run habitstream -- <command>

  start [--data-dir DIR] [--port N] [--no-simulator]   everything on this machine
  provision [--force]                                  create or update streams, buckets, consumers and tables
  provision --check                                    what that would change (exit code 1) or refuse (2)
  doctor [--json]                                      what is wrong with servers, settings, clocks, Telegram, and
                                                       what to do: exit code 1, or 2 where something does not work
  projections status [--json]                          their versions, how far they are, what is left over
  projections new <name>                               a folder for one of your own, from a template that works
  projections rebuild <name...>                        rebuild it from the log, and swap it in
  projections verify <name...>                         compare it with a replay of the log, row for row
  projections cleanup [--dry-run]                      remove versions that are not in use, and consumers of none
  projections drop <name...>                           remove all of one whose folder is gone
  dead list [--consumer NAME] [--json]                 dead-lettered messages, oldest first
  dead show <number> [--json]                          one of them with its content and what was wrong
  dead redrive <number...> | --consumer NAME | --all   have their consumer try them again (also "dead replay")
  dead drop <number...> | --consumer NAME              erase them for good
  nats permissions [--with-restorer]                   users of nats-server, each with the least that it needs
  budget show [--json]                                 rates and where they are from, what a 429 left of them,
                                                       the pause and why, held chats
  budget set --rate N [--bulk-rate N]                  messages a second from now on, in every process; above 30 with
         [--paid-broadcast] | --default                --paid-broadcast; --default: as the services are set
  budget resume                                        end the pause and every chat's hold, in every process
  webhook info [--json]                                where Telegram brings updates, what waits there, its last error
  webhook set | delete                                 have it bring them to WEBHOOK_URL; or keep them until they are polled
  events export --to DIR [--format parquet|ndjson]     the log as files; again, for what is new
         [--stream events|deliveries] [--type T,...] [--user ID,...] [--since TIME] [--until TIME]
         [--rows-per-file N]
  events show <user> [--json]                          what one person did and was sent, in order
  backup create DIR                                    what cannot be made again, by the server's own snapshots
  backup verify DIR                                    whether it is whole
  backup restore DIR [--replace]                       into an empty NATS; or in place of what it has
  explain <user>                                       why a person's reminder is late, or did not come
  history generate [--people N] [--days N] [--seed N]  people who never were, and all they did, into an empty log
  forget <user id> [--yes] [--dry-run] [--tell en|ru]  erase everything of a person, once the id is typed again or with
                                                       --yes; or say what there is
  forget --list                                        tombstones: when a person was forgotten, by a keyed hash

Settings come from the environment: see README.md.`;

const commands: Record<string, (args: string[]) => Promise<void>> = {
  start: startCommand,
  provision: provisionCommand,
  projections: projectionsCommand,
  dead: deadCommand,
  budget: budgetCommand,
  backup: backupCommand,
  doctor: doctorCommand,
  events: eventsCommand,
  explain: explainCommand,
  forget: forgetCommand,
  nats: natsCommand,
  history: historyCommand,
  webhook: webhookCommand,
  help: async () => console.log(USAGE),
};

/** Errors whose message alone tells an operator what to do. */
const EXPECTED = [
  StartupProblem,
  BackupRefused,
  SettingsProblem,
  ProvisionRefused,
  NotProvisioned,
  ProjectionBusy,
  ViewsInUse,
  NoNewProjection,
  NoSuchProjection,
  NotConfirmed,
  NotDropped,
  RebuildNeeded,
  NatsUnreachable,
  DatabaseUnreachable,
];

/** What `parseArgs` throws for an option that a command does not have. */
function isWrongOption(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^ERR_PARSE_ARGS_/.test(String(error.code));
}

endOnCrash('habitstream');
const [name = 'help', ...args] = process.argv.slice(2);
try {
  const command = args.includes('--help')
    ? commands.help
    : Object.hasOwn(commands, name)
      ? commands[name]
      : undefined;
  if (!command) throw new WrongUsage(`There is no command "${name}".`);
  await command(args);
} catch (error) {
  process.exitCode = 1;
  if (error instanceof WrongUsage || isWrongOption(error)) console.error(`${error.message}\n\n${USAGE}`);
  else if (error instanceof Error && EXPECTED.some((kind) => error instanceof kind))
    console.error(withoutSecrets(error.message));
  else console.error(errorReport(error));
}
