import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Telegram's token is part of every request's URL, so transport errors contain it. */
const TOKEN = /bot\d+:[\w-]{20,}/g;

const redactToken = (text: string): string => text.replace(TOKEN, 'bot<redacted>');

/** Structured log of one process, one JSON object a line, with bot tokens redacted wherever they appear. */
export function createLog(service: string, level: string, destination?: DestinationStream): Log {
  const out = destination ?? process.stdout;
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: pino.stdSerializers.errWithCause },
    },
    { write: (line: string) => void out.write(redactToken(line)) },
  );
}
