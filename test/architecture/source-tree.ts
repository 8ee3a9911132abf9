import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { parseSync } from 'oxc-parser';

/** Something in a file, with its line (from 1). */
export type Spot = { text: string; line: number };
/** `target` is a path from the root of the project, or a package's name. A whole module is the name `*`. */
export type Import = { target: string; isOurs: boolean; names: string[]; isType: boolean; line: number };
export type FunctionShape = { name: string; lines: number; parameters: number; line: number };

/** `isSignature`: a type or an error, which is exported to say what the file's functions take, give and throw. */
export type Export = Spot & { isSignature: boolean };

/** What the rules look at in one file. Only TypeScript and JavaScript have more than a text. */
export type SourceFile = {
  path: string;
  text: string;
  lines: number;
  imports: Import[];
  functions: FunctionShape[];
  identifiers: Spot[];
  /** Comments; of a README, all of it. */
  comments: Spot[];
  /** String literals, and the fixed parts of templates. */
  strings: Spot[];
  numbers: { value: number; line: number }[];
  /** What the file refers to by a dotted name, such as `Date.now`; also `new Date()`, timers and the type `any`. */
  uses: Spot[];
  exports: Export[];
  /** Whether it does nothing but export what others declare. */
  isBarrel: boolean;
};

type Node = { type: string; start: number; end: number } & Record<string, unknown>;
type LineAt = (offset: number) => number;

const TOP_LEVEL = ['contracts', 'deploy', 'projections', 'services', 'test'];

/** Files above the folders are named: a working folder may hold others, which are nobody's but its owner's. */
const ABOVE = [
  ...['.ci/run', '.npmrc', 'README.md', 'biome.json', 'package-lock.json', 'package.json', 'tsconfig.json'],
  'vitest.config.ts',
];

/** Every file of the project's folders, and those above them; a checkout without git has the same. */
function listFiles(root: string): string[] {
  const found = TOP_LEVEL.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  return [...ABOVE.filter((path) => existsSync(join(root, path))), ...found.sort()];
}

export function readTree(root: string): SourceFile[] {
  return listFiles(root).map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
}

export function readSource(path: string, text: string): SourceFile {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const file: SourceFile = {
    ...{ path, text, lines, isBarrel: false, imports: [], functions: [], identifiers: [], comments: [] },
    ...{ strings: [], numbers: [], uses: [], exports: [] },
  };
  if (path.endsWith('.sql')) file.comments = sqlComments(text);
  if (path.endsWith('.md')) file.comments = [{ text, line: 1 }];
  if (!/\.(ts|js)$/.test(path)) return file;
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const body = program.body as unknown as Node[];
  const lineAt = lineCounter(text);
  file.comments = comments.map(({ value, start }) => ({ text: value, line: lineAt(start) }));
  file.exports = body.flatMap((statement) => exportsOf(statement, lineAt));
  file.isBarrel = body.some(isReexport) && body.every((each) => isReexport(each) || isImport(each));
  walk(program as unknown as Node, undefined, (node, parent) => collect(file, node, parent, lineAt));
  return file;
}

function sqlComments(text: string): Spot[] {
  return text.split('\n').flatMap((content, i) => {
    const at = content.indexOf('--');
    return at < 0 ? [] : [{ text: content.slice(at + 2), line: i + 1 }];
  });
}

/** The parser gives offsets; a line is found by the offsets at which lines begin. */
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
  node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && isNode(node.source));

function exportsOf(node: Node, lineAt: LineAt): Export[] {
  if (node.type !== 'ExportNamedDeclaration' || isReexport(node)) return [];
  const declaration = node.declaration as Node | null;
  const declared = (declaration?.declarations ?? (declaration ? [declaration] : node.specifiers)) as Node[];
  return declared.flatMap(({ type, id, exported, superClass, start }) => {
    const name = ((id ?? exported) as Node | undefined)?.name;
    const isSignature = type.startsWith('TS') || isNode(superClass);
    return typeof name === 'string' ? [{ text: name, line: lineAt(start), isSignature }] : [];
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

function collect(file: SourceFile, node: Node, parent: Node | undefined, lineAt: LineAt): void {
  const line = lineAt(node.start);
  const source = importSource(node);
  if (source !== undefined) file.imports.push(importOf(file.path, node, source, line));
  for (const text of usesOf(node, file.text)) file.uses.push({ text, line });
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier')
    file.identifiers.push({ text: String(node.name), line });
  if (node.type === 'Literal' && typeof node.value === 'number')
    file.numbers.push({ value: node.value, line });
  if (node.type === 'Literal' && typeof node.value === 'string')
    file.strings.push({ text: node.value, line });
  if (node.type === 'TemplateElement') file.strings.push({ text: (node.value as { raw: string }).raw, line });
  if (!['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type)) return;
  const lines = lineAt(node.end) - line + 1;
  file.functions.push({
    name: nameOf(node, parent),
    line,
    lines,
    parameters: (node.params as Node[]).length,
  });
}

/** The module that a statement, an `import()` or a type `import('…')` names. */
function importSource(node: Node): string | undefined {
  const isAny =
    isImport(node) || isReexport(node) || ['ImportExpression', 'TSImportType'].includes(node.type);
  const source = isAny ? ((node.source ?? node.argument) as Node | undefined) : undefined;
  return typeof source?.value === 'string' ? source.value : undefined;
}

function importOf(path: string, node: Node, source: string, line: number): Import {
  const isType = node.importKind === 'type' || node.exportKind === 'type' || node.type === 'TSImportType';
  const names = node.specifiers ? (node.specifiers as Node[]).map(importedName) : ['*'];
  return { ...resolve(path, source), names, isType, line };
}

function importedName(specifier: Node): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  if (specifier.type === 'ExportSpecifier') return String((specifier.local as Node).name);
  return String((specifier.imported as Node | undefined)?.name ?? 'default');
}

/** `#x/y.ts` and relative ones are ours; a package is named without what is below it. */
function resolve(path: string, source: string): Pick<Import, 'target' | 'isOurs'> {
  if (source.startsWith('#')) return { target: source.slice(1), isOurs: true };
  if (source.startsWith('.')) return { target: normalize(join(dirname(path), source)), isOurs: true };
  if (source.startsWith('node:')) return { target: source, isOurs: false };
  const [scope = '', name = ''] = source.split('/');
  return { target: scope.startsWith('@') ? `${scope}/${name}` : scope, isOurs: false };
}

function usesOf(node: Node, text: string): string[] {
  if (node.type === 'TSAnyKeyword') return ['any'];
  const callee = node.callee as Node | undefined;
  if (node.type === 'NewExpression' && callee?.name === 'Date' && (node.arguments as Node[]).length === 0)
    return ['new Date()'];
  if (node.type === 'CallExpression' && callee?.type === 'Identifier') return [String(callee.name)];
  if (node.type !== 'MemberExpression') return [];
  const name = text.slice(node.start, node.end);
  return /^\w+(\s*\.\s*\w+)+$/.test(name) ? [name.replace(/\s/g, '')] : [];
}

function nameOf(node: Node, parent: Node | undefined): string {
  const holder = (node.id ?? parent?.id ?? parent?.key) as Node | undefined;
  return typeof holder?.name === 'string' ? holder.name : 'a function';
}
