import type { ProjectionStatus, SourceStatus, Status } from '#services/projector/status.ts';
import { counted, duration } from '../progress.ts';

/** What operators want to know of each state. */
const ADVICE: Record<ProjectionStatus['state'], (name: string) => string | undefined> = {
  'in use': () => undefined,
  off: (name) => `off by default: provision with PROJECTIONS=…,${name}`,
  'rebuild needed': (name) => `its tables are older than its code: projections rebuild ${name}`,
  'no tables': () => 'no tables yet: provision',
  removed: (name) => `its folder is gone: projections drop ${name}`,
  away: () => 'its database does not answer',
};

/** Where projections stand, as a table; what is left over below it. */
export function statusLines({ projections, leftovers }: Status): string[] {
  const rows = [HEAD, ...projections.flatMap(rowsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const advice = projections.flatMap(({ name, state }) => {
    const text = ADVICE[state](name);
    return text === undefined ? [] : [`${name}: ${text}`];
  });
  const left = [
    ...leftovers.schemas.flatMap(({ schemas }) => schemas.map((schema) => `left over: schema ${schema}`)),
    ...leftovers.consumers.map((consumer) => `left over: consumer ${consumer}`),
  ];
  const cleanup = left.length > 0 ? ['"projections cleanup" removes what is left over'] : [];
  return [...table, ...advice, ...left, ...cleanup];
}

const HEAD = ['projection', 'stream', 'version', 'at', 'end', 'behind', 'since', 'dead letters'];

const rowsOf = ({ name, version, sources }: ProjectionStatus): string[][] =>
  sources.length === 0 ? [[name]] : sources.map((source) => rowOf(name, version, source));

function rowOf(name: string, version: number | null, source: SourceStatus): string[] {
  const { stream, sequence, end, behind, behindMs, deadLetters } = source;
  const since = behind === 0 ? '' : duration(behindMs / 1000);
  return [
    name,
    stream,
    String(version),
    ...[sequence, end, behind].map(counted),
    since,
    counted(deadLetters),
  ];
}
