import {
  CODES_FILE,
  DICTIONARY,
  ENTRY_POINTS,
  type Exception,
  FORBIDDEN_NAMES,
  FORBIDDEN_TEXT,
  IMPURE_CALLS,
  IMPURE_PACKAGES,
  JETSTREAM_CODES,
  LIMITS,
  PURE,
  ROOMS,
  type Room,
  type Rule,
  SUBJECT,
  SUBJECTS_FILE,
} from './rules.ts';
import type { SourceFile } from './source-tree.ts';

export type Violation = { rule: Rule; path: string; line: number; what: string };

/** A file's text, for rules that look at it as it stands. */
export type TextFile = { path: string; text: string };

const isProduction = (path: string) => /^(contracts|projections|services|deploy)\//.test(path);

export function checkSources(files: readonly SourceFile[]): Violation[] {
  return [
    ...files.flatMap((file) => [
      ...sizes(file),
      ...imports(file),
      ...(isProduction(file.path) ? [...words(file), ...literals(file)] : commentsOf(file)),
    ]),
    ...cycles(files),
    ...unusedExports(files),
  ];
}

function sizes({ path, lines, functions, isBarrel }: SourceFile): Violation[] {
  const found: Violation[] = [];
  const add = (rule: Rule, line: number, what: string) => found.push({ rule, path, line, what });
  if (lines > LIMITS.fileLines) add('long file', 1, `${lines} lines`);
  if (FORBIDDEN_NAMES.test(path)) add('forbidden name', 1, path);
  if (!isProduction(path)) return found;
  if (isBarrel) add('barrel', 1, 'it only gives on what others export');
  for (const each of functions) {
    if (each.lines > LIMITS.functionLines) add('long function', each.line, `${each.name}: ${each.lines} lines`);
    if (each.parameters > LIMITS.parameters)
      add('parameters', each.line, `${each.name} has ${each.parameters} parameters`);
  }
  return found;
}

const isIn = (path: string, room: string) => room === '' || path === room || path.startsWith(`${room}/`);

function roomOf(path: string): Room | undefined {
  return ROOMS.filter(({ room }) => isIn(path, room)).sort((a, b) => b.room.length - a.room.length)[0];
}

function imports({ path, imports: all }: SourceFile): Violation[] {
  const own = roomOf(path);
  if (!own) return [{ rule: 'import', path, line: 1, what: 'a file in no room' }];
  return all
    .filter((each) => (each.isOurs ? !mayImport(own, each.target) : !mayUse(own, each.target)))
    .map(({ target, line }) => ({ rule: 'import', path, line, what: `${own.room} may not import ${target}` }));
}

function mayImport({ room, ours }: Room, target: string): boolean {
  const their = roomOf(target)?.room ?? '';
  return their === room || ours.some((each) => isIn(target, each));
}

function mayUse({ packages }: Room, target: string): boolean {
  if (packages.includes('*') || packages.includes(target)) return true;
  return target.startsWith('node:') && packages.includes('node:');
}

/** Identifiers as the dictionary reads them: `waitingRoom` is `waiting room`. */
export function wordsOf(identifier: string): string {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_$]+/g, ' ')
    .trim()
    .toLowerCase();
}

function words(file: SourceFile): Violation[] {
  const found = new Map<string, Violation>();
  for (const { name, line } of file.identifiers) {
    const word = DICTIONARY.find(({ not }) => not.test(wordsOf(name)));
    if (word && !found.has(name)) found.set(name, dictionary(file.path, line, name, word.say));
  }
  return [...found.values(), ...commentsOf(file)];
}

function commentsOf({ path, comments }: SourceFile): Violation[] {
  return comments.flatMap(({ text, line }) =>
    DICTIONARY.filter(({ in: where }) => where === 'both').flatMap(({ not, say }) => {
      const match = not.exec(text.toLowerCase());
      return match ? [dictionary(path, line, `"${match[0]}" in a comment`, say)] : [];
    }),
  );
}

const dictionary = (path: string, line: number, found: string, say: string): Violation => ({
  rule: 'dictionary',
  path,
  line,
  what: `${found}: say ${say}`,
});

function literals({ path, strings }: SourceFile): Violation[] {
  if (path === SUBJECTS_FILE) return [];
  return strings
    .filter(({ text }) => SUBJECT.test(text))
    .map(({ text, line }) => ({ rule: 'subject', path, line, what: text }));
}

/** Each cycle once, as the path that comes back to its beginning. */
function cycles(files: readonly SourceFile[]): Violation[] {
  const targets = new Map(
    files.map(({ path, imports: all }) => [path, all.filter(({ isOurs }) => isOurs).map(({ target }) => target)]),
  );
  const done = new Set<string>();
  const found: Violation[] = [];
  const visitFrom = (path: string, way: string[]) => {
    const at = way.indexOf(path);
    if (at >= 0) found.push({ rule: 'cycle', path, line: 1, what: [...way.slice(at), path].join(' -> ') });
    if (at >= 0 || done.has(path)) return;
    for (const target of targets.get(path) ?? []) visitFrom(target, [...way, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visitFrom(path, []);
  return found;
}

/** Values that production exports and does not use: for tests alone, or for nothing. */
function unusedExports(files: readonly SourceFile[]): Violation[] {
  const used = new Set<string>();
  for (const { path, imports: all } of files.filter((file) => isProduction(file.path)))
    for (const { target, names } of all) if (target !== path) for (const name of names) used.add(`${target} ${name}`);
  return files
    .filter(({ path }) => isProduction(path) && !ENTRY_POINTS.some((entry) => entry.test(path)))
    .filter(({ path }) => !used.has(`${path} *`))
    .flatMap(({ path, exports }) =>
      exports
        .filter(({ name }) => !used.has(`${path} ${name}`))
        .map(({ name, line }) => ({ rule: 'unused export' as const, path, line, what: name })),
    );
}

/** Rules about a file's text, line by line. */
export function checkText({ path, text }: TextFile): Violation[] {
  const isPure = PURE.some((each) => isIn(path, each)) && path.endsWith('.ts');
  const isEdge = /(^|\/)(main|config|cli\/[a-z-]+)\.ts$/.test(path) || !isProduction(path);
  return text.split('\n').flatMap((content, i) => {
    const found: Violation[] = [];
    const add = (rule: Rule, what: string) => found.push({ rule, path, line: i + 1, what });
    for (const { what, where, why } of FORBIDDEN_TEXT)
      if (where.test(path) && what.test(content)) add('forbidden text', `${why}: ${what.exec(content)?.[0]}`);
    if (!path.endsWith('.ts') || !isProduction(path)) return found;
    if (path !== CODES_FILE && JETSTREAM_CODES.test(content)) add('JetStream code', content.trim());
    if (!isEdge && /process\.env\b/.test(content)) add('environment', content.trim());
    if (isPure && (IMPURE_CALLS.test(content) || importsImpure(content))) add('impure', content.trim());
    return found;
  });
}

function importsImpure(content: string): boolean {
  const [, specifier] = /^import (?!type )[^']*'([^']+)'/.exec(content) ?? [];
  return specifier !== undefined && IMPURE_PACKAGES.test(specifier);
}

/** What is left after the exceptions, and each exception that excuses nothing. */
export function withoutExceptions(found: readonly Violation[], exceptions: readonly Exception[]): string[] {
  const excuses = ({ rule, path, what }: Violation, exception: Exception) =>
    exception.rule === rule && isIn(path, exception.path) && what.includes(exception.what);
  const left = found.filter((violation) => !exceptions.some((exception) => excuses(violation, exception)));
  const stale = exceptions.filter((exception) => !found.some((violation) => excuses(violation, exception)));
  return [
    ...left.map(({ rule, path, line, what }) => `${path}:${line}  ${rule}: ${what}`),
    ...stale.map(({ rule, path, what }) => `stale exception  ${rule} of ${path}: ${what}`),
  ];
}
