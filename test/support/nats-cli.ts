import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { testFolder } from './run-folder.ts';

/** Where operators' `nats` is, if it is anywhere on the path. */
const NATS_CLI = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'nats'))
  .find(isProgram);

export const hasNatsCli = NATS_CLI !== undefined;

/** How it ended: an exit code, what it wrote to both outputs, and to the standard one alone. */
export type NatsCliResult = { code: number; output: string; stdout: string };

export type NatsCli = {
  /** Runs `nats <args>` and resolves with what it wrote to its standard output. Rejects with all it wrote when it fails. */
  run(args: readonly string[], input?: string): Promise<string>;
  /** Runs a line of the shell as an operator types it, with these variables beside those of the login. */
  shell(line: string, variables?: Record<string, string>): Promise<NatsCliResult>;
  /** The same for commands whose exit code is the answer, such as `server check`. */
  outcome(args: readonly string[], input?: string): Promise<NatsCliResult>;
};

const LONGEST_MS = 60_000;
const MOST_OUTPUT_BYTES = 64 * 1024 ** 2;

/**
 * The `nats` CLI as an operator has it at hand: told of its server by NATS_URL, NATS_USER and NATS_PASSWORD, with no context
 * of the machine's user.
 */
export async function openNatsCli(login: {
  url: string;
  user?: string;
  password?: string;
}): Promise<NatsCli> {
  const home = await testFolder('nats-cli');
  const { url, user, password } = login;
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    NO_COLOR: '1',
    NATS_URL: url,
    ...(user !== undefined && { NATS_USER: user }),
    ...(password !== undefined && { NATS_PASSWORD: password }),
  };

  const nats = (args: readonly string[], input?: string) => {
    if (NATS_CLI === undefined) throw new Error('there is no nats CLI on the path');
    return ended(NATS_CLI, args, env, input);
  };
  return {
    async run(args, input) {
      const { code, output, stdout } = await nats(args, input);
      if (code !== 0) throw new Error(`nats ${args.join(' ')} ended with ${code}:\n${output}`);
      return stdout;
    },
    shell: (line, variables) => ended('/bin/bash', ['-c', line], { ...env, ...variables }),
    outcome: (args, input) => nats(args, input),
  };
}

function ended(program: string, args: readonly string[], env: NodeJS.ProcessEnv, input = '') {
  const { promise, resolve, reject } = Promise.withResolvers<NatsCliResult>();
  const options = { env, timeout: LONGEST_MS, maxBuffer: MOST_OUTPUT_BYTES };
  const { stdin } = execFile(program, args, options, (error, stdout, stderr) => {
    const code = error === null ? 0 : error.code;
    if (typeof code !== 'number') reject(error);
    else resolve({ code, output: stdout + stderr, stdout });
  });
  // A command that reads nothing may be gone before all is written.
  stdin?.on('error', () => {});
  stdin?.end(input);
  return promise;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
