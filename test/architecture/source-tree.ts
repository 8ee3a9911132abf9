import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';

/** Something in a file, with its line (from 1). */
export type Spot = { line: number };
/** `target` is a path from the root of the project, or a package's name. */
export type Import = Spot & { target: string; isOurs: boolean; names: string[]; isType: boolean };
export type FunctionShape = Spot & { name: string; lines: number; parameters: number };
export type Named = Spot & { name: string };
export type Text = Spot & { text: string };

/** What the rules look at in one file. Only TypeScript has more than a path and lines. */
export type SourceFile = {
  path: string;
  lines: number;
  imports: Import[];
  functions: FunctionShape[];
  identifiers: Named[];
  comments: Text[];
  /** Literals, and the fixed parts of templates. */
  strings: Text[];
  /** Values that it exports itself, by name. */
  exports: Named[];
  /** Whether it does nothing but give on what others export. */
  isBarrel: boolean;
};

type Node = { type: string; start: number; end: number } & Record<string, unknown>;

/** Every text file that git tracks or would track. */
export function listFiles(root: string): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  return listed.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
}

export function readSources(root: string, paths: readonly string[]): SourceFile[] {
  return paths
    .filter((path) => /\.(ts|js|css|sql)$/.test(path))
    .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
}

export function readSource(path: string, text: string): SourceFile {
  const lineAt = lineCounter(text);
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const file: SourceFile = {
    ...{ path, lines, imports: [], functions: [], identifiers: [], comments: [], strings: [], exports: [] },
    isBarrel: false,
  };
  if (!path.endsWith('.ts')) return file;
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const body = program.body as unknown as Node[];
  file.comments = comments.map(({ value, start }) => ({ text: value, line: lineAt(start) }));
  file.imports = body.flatMap((statement) => importsOf(path, statement, lineAt));
  file.exports = body.flatMap((statement) => exportsOf(statement, lineAt));
  file.isBarrel = body.length > 0 && body.every((statement) => isReexport(statement) || isImport(statement));
  walk(program as unknown as Node, undefined, (node, parent) => collect(file, node, parent, lineAt));
  return file;
}

type LineAt = (offset: number) => number;

function lineCounter(text: string): LineAt {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

const isImport = ({ type }: Node) => type === 'ImportDeclaration';
const isReexport = (node: Node) =>
  node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source !== null);

function importsOf(path: string, node: Node, lineAt: LineAt): Import[] {
  if (!isImport(node) && !isReexport(node)) return [];
  const specifier = String((node.source as Node).value);
  const names = ((node.specifiers ?? []) as Node[]).map(importedName);
  const isType = node.importKind === 'type';
  return [{ ...resolve(path, specifier), names, isType, line: lineAt(node.start) }];
}

function importedName(specifier: Node): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  return String(((specifier.imported ?? specifier.local) as Node).name ?? 'default');
}

/** `#x/y.ts` and relative ones are ours; a package is named without what is below it. */
function resolve(path: string, specifier: string): Pick<Import, 'target' | 'isOurs'> {
  if (specifier.startsWith('#')) return { target: specifier.slice(1), isOurs: true };
  if (specifier.startsWith('.')) return { target: normalize(join(dirname(path), specifier)), isOurs: true };
  if (specifier.startsWith('node:')) return { target: specifier, isOurs: false };
  const [scope = '', name = ''] = specifier.split('/');
  return { target: scope.startsWith('@') ? `${scope}/${name}` : scope, isOurs: false };
}

function exportsOf(node: Node, lineAt: LineAt): Named[] {
  const declaration = node.type === 'ExportNamedDeclaration' ? (node.declaration as Node | null) : null;
  if (!declaration || declaration.type.startsWith('TS')) return [];
  // An error that a public function throws is part of what that function says.
  if (declaration.type === 'ClassDeclaration' && declaration.superClass) return [];
  const line = lineAt(declaration.start);
  const declared = (declaration.declarations ?? [declaration]) as Node[];
  return declared.flatMap(({ id }) => {
    const name = (id as Node | undefined)?.name;
    return typeof name === 'string' ? [{ name, line }] : [];
  });
}

function walk(node: Node, parent: Node | undefined, see: (node: Node, parent?: Node) => void): void {
  see(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, node, see);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

function collect(file: SourceFile, node: Node, parent: Node | undefined, lineAt: LineAt): void {
  const line = lineAt(node.start);
  if (node.type === 'Identifier') file.identifiers.push({ name: String(node.name), line });
  if (node.type === 'Literal' && typeof node.value === 'string') file.strings.push({ text: node.value, line });
  if (node.type === 'TemplateElement') {
    const { cooked, raw } = node.value as { cooked?: string; raw: string };
    file.strings.push({ text: cooked ?? raw, line });
  }
  if (node.type === 'ImportExpression' && isNode(node.source) && typeof node.source.value === 'string')
    file.imports.push({ ...resolve(file.path, node.source.value), names: ['*'], isType: false, line });
  if (!FUNCTIONS.includes(node.type)) return;
  const lines = lineAt(node.end) - line + 1;
  const parameters = (node.params as unknown[]).length;
  file.functions.push({ name: nameOf(node, parent), line, lines, parameters });
}

function nameOf(node: Node, parent: Node | undefined): string {
  const holder = (node.id ?? parent?.id ?? parent?.key) as Node | undefined;
  return typeof holder?.name === 'string' ? holder.name : 'a function';
}
