import { dirname } from 'node:path';
import { DICTIONARY } from './dictionary.ts';
import type { Exception } from './exceptions.ts';
import { checkGraph, isIn, type Violation } from './graph.ts';
import {
  FORBIDDEN_NAME,
  FORBIDDEN_TEXT,
  isJetStreamCode,
  isProduction,
  JETSTREAM_CODES_FILE,
  LIMITS,
  LOST_RACE,
  PURE,
  projectionRoom,
  READS_ENVIRONMENT,
  ROOMS,
  type Room,
  type Rule,
  SUBJECT,
  SUBJECTS_FILES,
  TEST_SWITCHED_OFF,
} from './rules.ts';
import type { SourceFile, Spot } from './source-tree.ts';

type Found = Spot & { rule: Rule };

/** Every violation in these files, before exceptions. */
export function check(files: readonly SourceFile[]): Violation[] {
  const inFiles = files.flatMap((file) =>
    [...shape(file), ...imports(file), ...code(file), ...texts(file), ...words(file)].map(
      ({ rule, text, line }): Violation => ({ rule, path: file.path, line, what: text }),
    ),
  );
  return [...inFiles, ...checkGraph(files)];
}

function shape({ path, lines, functions, isBarrel }: SourceFile): Found[] {
  const found: Found[] = [];
  const add = (rule: Rule, line: number, text: string) => found.push({ rule, line, text });
  if (FORBIDDEN_NAME.test(path)) add('forbidden name', 1, path);
  const isLimited = isProduction(path) ? /\.(ts|js|css|sql)$/ : /\.ts$/;
  if (isLimited.test(path) && lines > LIMITS.fileLines) add('long file', 1, `${lines} lines`);
  if (isBarrel) add('barrel', 1, 'it only exports what others declare');
  if (!isProduction(path)) return found;
  for (const each of functions) {
    if (each.lines > LIMITS.functionLines)
      add('long function', each.line, `${each.name}: ${each.lines} lines`);
    if (each.parameters > LIMITS.parameters)
      add('parameters', each.line, `${each.name}: ${each.parameters} parameters`);
  }
  return found;
}

function roomOf(path: string): Room | undefined {
  const rooms = ROOMS.filter(({ room }) => isIn(path, room) || (room === '' && !path.includes('/')));
  return projectionRoom(path) ?? rooms.sort((a, b) => b.room.length - a.room.length)[0];
}

function imports({ path, imports: all }: SourceFile): Found[] {
  if (!/\.(ts|js)$/.test(path)) return [];
  const own = roomOf(path);
  if (!own) return [{ rule: 'room', line: 1, text: 'the table of rooms has no room for it' }];
  return all
    .filter((each) => (each.isOurs ? !mayImport(own, each.target) : !mayUse(own, each.target)))
    .map(({ target, line }) => ({
      rule: 'import',
      line,
      text: `${own.room || 'the top'} may not import ${target}`,
    }));
}

/** `target` is a file or a room. */
export function mayImport({ room, ours }: Room, target: string): boolean {
  const its = roomOf(target)?.room ?? '';
  const isOneFile = its.endsWith('.ts');
  return its === room || ours.some((each) => isIn(target, each) && !(isOneFile && dirname(its) === each));
}

function mayUse({ packages }: Room, target: string): boolean {
  if (packages.includes('*') || packages.includes(target)) return true;
  return target.startsWith('node:') && packages.includes('node:');
}

/** Rules about single expressions. */
function code({ path, uses, strings, numbers, identifiers }: SourceFile): Found[] {
  const as = (rule: Rule, spots: readonly Spot[]) => spots.map((spot): Found => ({ ...spot, rule }));
  if (!isProduction(path))
    return as(
      'test switched off',
      uses.filter(({ text }) => TEST_SWITCHED_OFF.test(text)),
    );
  const codes = [
    ...numbers
      .filter(({ value }) => isJetStreamCode(value))
      .map(({ value, line }) => ({ text: `${value}`, line })),
    ...identifiers.filter(({ text }) => text === 'JetStreamApiCodes'),
  ];
  const learned = path === JETSTREAM_CODES_FILE ? [] : identifiers.filter(({ text }) => LOST_RACE.test(text));
  const waitsAfterLostRace = identifiers.some(({ text }) => text === 'readAfterLostRace');
  return [
    ...as(
      'any',
      uses.filter(({ text }) => text === 'any'),
    ),
    ...as(
      'environment',
      READS_ENVIRONMENT.test(path) ? [] : uses.filter(({ text }) => text === 'process.env'),
    ),
    ...as('subject', SUBJECTS_FILES.includes(path) ? [] : strings.filter(({ text }) => SUBJECT.test(text))),
    ...as('lost race', waitsAfterLostRace ? [] : learned.slice(0, 1)),
    ...as('JetStream code', path === JETSTREAM_CODES_FILE ? [] : codes),
  ];
}

/** Rules about any text, line by line. */
function texts({ path, text }: SourceFile): Found[] {
  const forbidden = FORBIDDEN_TEXT.filter(({ where, text: what }) => where.test(path) && what.test(text));
  if (forbidden.length === 0) return [];
  return text.split('\n').flatMap((content, i) =>
    forbidden.flatMap(({ text: what, why }): Found[] => {
      const match = what.exec(content);
      return match ? [{ rule: 'forbidden text', line: i + 1, text: `${match[0]}: ${why}` }] : [];
    }),
  );
}

/** Names as the dictionary reads them: `dueMinute`, `DUE_MINUTE` and `due-minute` are "due minute". */
function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_$.-]+/g, ' ')
    .toLowerCase();
}

const PATTERNS = DICTIONARY.map((entry) => ({
  entry,
  inNames: phrases([...(entry.words ?? []), ...(entry.everywhere ?? [])]),
  inComments: phrases([...(entry.comments ?? []), ...(entry.everywhere ?? [])]),
}));

/** A phrase may be hyphenated, or broken by the end of a comment's line. */
function phrases(list: readonly string[]): RegExp {
  const patterns = list.map((each) => each.replace('*', '\\w*').replace(/ /g, '[\\s*-]+'));
  return new RegExp(`\\b(${patterns.join('|') || '(?!)'})\\b`, 'g');
}

function words({ path, identifiers, comments }: SourceFile): Found[] {
  const known = PATTERNS.filter(({ entry: { rooms } }) => !rooms || rooms.some((room) => isIn(path, room)));
  const pathNames = path.split('/').map((part) => ({ text: part.replace(/\.\w+$/, ''), line: 1 }));
  // A name is reported once in a file, where it stands first.
  const names = new Map([...pathNames, ...identifiers].reverse().map(({ text, line }) => [text, line]));
  const inNames = [...names].flatMap(([name, line]) =>
    known
      .filter((each) => each.entry.names?.includes(name) || wordsOf(name).search(each.inNames) >= 0)
      .map(({ entry }): Found => ({ rule: 'dictionary', line, text: `${name}: say ${entry.say}` })),
  );
  const inComments = comments.flatMap(({ text, line: first }) =>
    known.flatMap(({ entry, inComments }) =>
      [...text.toLowerCase().matchAll(inComments)].map(({ 0: match, index }): Found => {
        const line = first + text.slice(0, index).split('\n').length - 1;
        return { rule: 'dictionary', line, text: `"${match}" in a comment: say ${entry.say}` };
      }),
    ),
  );
  return [...inNames, ...inComments];
}

/** What is left after the exceptions, and each exception that excuses nothing. */
export function withoutExceptions(
  found: readonly Violation[],
  exceptions: readonly Exception[],
  lineOf: (exception: Exception) => number,
): Violation[] {
  const excuses = (exception: Exception, { rule, path, what }: Violation) =>
    exception.rule === rule && isIn(path, exception.path) && what.includes(exception.what);
  const stale = exceptions.filter((each) => !found.some((violation) => excuses(each, violation)));
  return [
    ...found.filter((violation) => !exceptions.some((each) => excuses(each, violation))),
    ...stale.map((each): Violation => {
      const what = `${each.rule} of ${each.path}: ${each.what}`;
      return { rule: 'stale exception', path: 'test/architecture/exceptions.ts', line: lineOf(each), what };
    }),
  ];
}

/** What the rules name must exist, or a moved file would leave them without being noticed. */
export function namedButMissing(files: readonly SourceFile[]): string[] {
  const named = [...PURE, ...ROOMS.map(({ room }) => room), ...SUBJECTS_FILES, JETSTREAM_CODES_FILE];
  return named.filter((name) => name !== '' && !files.some(({ path }) => isIn(path, name)));
}
