import { EXPORTED_FOR_OTHERS, IMPURE_PACKAGES, IMPURE_USES, isProduction, PURE, type Rule } from './rules.ts';
import type { SourceFile } from './source-tree.ts';

export type Violation = { rule: Rule; path: string; line: number; what: string };

/** Whether a path is a room, or in it. */
export const isIn = (path: string, room: string) => path === room || path.startsWith(`${room}/`);

/** Rules that need the whole tree. */
export function checkGraph(files: readonly SourceFile[]): Violation[] {
  return [...cycles(files), ...unusedExports(files), ...impureFiles(files)];
}

/** Each cycle as the path that comes back to where it began; it is reported at the import that closes it. */
function cycles(files: readonly SourceFile[]): Violation[] {
  const graph = new Map(files.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));
  return findCycles(graph).map((cycle) => {
    const [path = '', target] = cycle.slice(-2);
    const imports = files.find((file) => file.path === path)?.imports ?? [];
    const line = imports.find((each) => each.target === target)?.line ?? 1;
    return { rule: 'cycle', path, line, what: cycle.join(' -> ') };
  });
}

/** A depth-first walk finds at least one cycle in every knot: where there is none, there is no cycle. */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const found: string[][] = [];
  const follow = (node: string, way: readonly string[]) => {
    const at = way.indexOf(node);
    if (at >= 0) found.push([...way.slice(at), node]);
    if (at >= 0 || done.has(node)) return;
    for (const next of new Set(graph.get(node))) follow(next, [...way, node]);
    done.add(node);
  };
  for (const node of graph.keys()) follow(node, []);
  return found;
}

/**
 * What production exports and imports nowhere else: it is for tests alone, or for its own file. A type that its own
 * file uses is left alone: it is part of what the file's functions say.
 */
function unusedExports(files: readonly SourceFile[]): Violation[] {
  const byProduction = importedBy(files, true);
  const byTests = importedBy(files, false);
  return files
    .filter(({ path }) => isProduction(path))
    .flatMap((file) =>
      file.exports
        .filter(({ text }) => !isImported(byProduction, file.path, text) && !isForOthers(file.path, text))
        .filter(({ text, isSignature }) => !isSignature || !isUsedAtHome(file, text))
        .map(({ text, line }) => {
          const why = isImported(byTests, file.path, text) ? 'only tests import it' : 'nothing imports it';
          return { rule: 'unused export', path: file.path, line, what: `${text}: ${why}` };
        }),
    );
}

const isForOthers = (path: string, name: string) =>
  EXPORTED_FOR_OTHERS.some((each) => each.path.test(path) && each.name.test(name));

const isUsedAtHome = ({ identifiers }: SourceFile, name: string) =>
  identifiers.filter(({ text }) => text === name).length > 1;

const isImported = (imported: ReadonlySet<string>, path: string, name: string) =>
  imported.has(`${path} ${name}`) || imported.has(`${path} *`);

function importedBy(files: readonly SourceFile[], production: boolean): Set<string> {
  const importers = files.filter(({ path }) => isProduction(path) === production);
  return new Set(
    importers.flatMap(({ imports }) =>
      imports.flatMap(({ target, names }) => names.map((name) => `${target} ${name}`)),
    ),
  );
}

/** A pure file is as pure as the values it imports, so the rule follows these imports. */
function impureFiles(files: readonly SourceFile[]): Violation[] {
  const listed = files.filter(({ path }) => path.endsWith('.ts') && PURE.some((pure) => isIn(path, pure)));
  const wantedBy = new Map(listed.map(({ path }) => [path, 'it is listed as pure']));
  // A Map that grows while it is iterated yields the new entries too.
  for (const [path] of wantedBy)
    for (const { target, isOurs, isType } of files.find((file) => file.path === path)?.imports ?? [])
      if (isOurs && !isType && !wantedBy.has(target))
        wantedBy.set(target, `${path}, which is pure, imports it`);
  return files.flatMap((file) => {
    const why = wantedBy.get(file.path);
    if (why === undefined) return [];
    const packages = file.imports.filter(({ target, isType }) => !isType && IMPURE_PACKAGES.test(target));
    const uses = file.uses.filter(({ text }) => IMPURE_USES.test(text));
    return [...packages.map(({ target, line }) => ({ text: target, line })), ...uses].map(
      ({ text, line }): Violation => ({ rule: 'impure', path: file.path, line, what: `${text}: ${why}` }),
    );
  });
}
