import { spawn } from 'node:child_process';

// A line on its input disarms it; the end of input without a line means that its parent is dead.
// It removes the folder in a loop, because a server that is still ending may write into it once more.
const SCRIPT = `
read -r word && exit 0
[ "$1" = 0 ] || kill -s "$2" "$1"
[ -n "$3" ] || exit 0
tries=0
while [ $tries -lt 60 ]; do
  rm -rf -- "$3" && sleep 1 && [ ! -e "$3" ] && exit 0
  sleep 1
  tries=$((tries + 1))
done
`;

type Will = {
  /** Process to end, by its id. */
  pid?: number;
  /** Signal that ends it, without "SIG". */
  signal?: 'INT' | 'TERM' | 'KILL';
  /** Folder to remove. */
  folder?: string;
};

/**
 * Carries out `will` when this process ends in whatever way, kill -9 included, unless it is disarmed first.
 * Node has no PR_SET_PDEATHSIG; that the kernel closes a dead process's pipe is as certain. The shell has a session of
 * its own, so that Ctrl-C in a terminal does not end it before this process.
 * @returns a function that disarms it.
 */
export function armDeadman(will: Will): () => void {
  const args = ['-c', SCRIPT, 'deadman', String(will.pid ?? 0), will.signal ?? 'TERM', will.folder ?? ''];
  const shell = spawn('/bin/sh', args, { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
  return () => shell.stdin.end('well\n');
}
