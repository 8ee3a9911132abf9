import { createWriteStream, type WriteStream } from 'node:fs';

/** A log's lines in a file. */
export type LogFile = { write(line: string): void; close(): Promise<void> };

/**
 * Appends lines to a file. While the disk is full they are dropped: a log is not worth ending the process for, as an error
 * of its stream would that nobody hears.
 */
export function openLogFile(path: string): LogFile {
  const open = (): WriteStream => {
    const opened = createWriteStream(path, { flags: 'a', mode: 0o600 });
    opened.on('error', () => {
      // A stream is over after its first error; the next line gets another.
      if (stream === opened) stream = undefined;
    });
    return opened;
  };
  // People are told its name at once, so it is there before its first line.
  let stream: WriteStream | undefined = open();
  return {
    write(line) {
      stream ??= open();
      stream.write(line);
    },
    close: () =>
      new Promise((done) => {
        if (stream === undefined) return done();
        stream.once('close', done);
        stream.end();
      }),
  };
}
