import { type DestinationStream, type Logger, pino } from 'pino';
import { describeError, withoutSecrets } from './describe-error.ts';
import { problemLine, type ReadinessListener } from './readiness.ts';

export type Log = Logger;

/**
 * Structured log of one process, one JSON object a line. Errors are described under whatever name they are logged;
 * tokens and passwords of URLs are redacted wherever they appear.
 */
export function createLog(service: string, level: string, destination?: DestinationStream): Log {
  const out = destination ?? process.stdout;
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: describeErrors },
      serializers: { err: (described: unknown) => described },
      // Without a message pino writes that of `err`, as it is.
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args;
          const fields = first instanceof Error ? { err: first } : first;
          const isBare = rest.length === 0 && typeof fields !== 'string';
          method.apply(this, isBare ? [fields, 'an error'] : [fields, ...rest]);
        },
      },
    },
    { write: (line: string) => void out.write(withoutSecrets(line)) },
  );
}

function describeErrors(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      name === 'err' || value instanceof Error ? describeError(value) : value,
    ]),
  );
}

/** A line when a problem of readiness begins, and one when it is over. */
export const readinessLog = (log: Log): ReadinessListener => ({
  began: (problem) => log.warn({ problem: problemLine(problem) }, 'not ready'),
  ended: ({ name }) => log.warn({ problem: name }, 'this problem is over'),
  ready: () => log.info('ready'),
});
