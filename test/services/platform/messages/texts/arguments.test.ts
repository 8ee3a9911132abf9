import { readdirSync, readFileSync } from 'node:fs';
import { parseSync } from 'oxc-parser';
import { expect, test } from 'vitest';
import { files, SERVICES } from './fluent-file.ts';

/** A text as the sources ask for it; `given` is undefined where its arguments are not written there. */
type Use = { where: string; key: string; given: string[] | undefined };

type Node = Readonly<Record<string, unknown>> & { type: string };

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const nodesIn = (value: unknown): Node[] => {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(nodesIn);
  return isNode(value) ? [value, ...inside] : inside;
};

const textOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;

const nodes = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

/** Names of an object's properties; undefined when it is no object, or takes others in. */
function namesOf(node: unknown): string[] | undefined {
  if (!isNode(node) || node.type !== 'ObjectExpression') return undefined;
  const names = nodes(node.properties).map(({ key }) =>
    isNode(key) ? String(key.name ?? key.value) : undefined,
  );
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** `t('key', { … })`, and `notice('key', { … })`, which makes a phrase of it. */
function useInCall({ callee, arguments: given }: Node): Omit<Use, 'where'> | undefined {
  if (!isNode(callee) || (callee.name !== 't' && callee.name !== 'notice')) return undefined;
  const [key, args] = nodes(given);
  const text = textOf(key);
  return text === undefined ? undefined : { key: text, given: args === undefined ? [] : namesOf(args) };
}

/** `{ key: 'key', args: { … } }` */
function useInPhrase({ properties }: Node): Omit<Use, 'where'> | undefined {
  const parts = nodes(properties);
  const named = (name: string) => parts.find(({ key }) => isNode(key) && key.name === name);
  const text = textOf(named('key')?.value);
  if (text === undefined || parts.some(({ type }) => type === 'SpreadElement')) return undefined;
  const args = named('args');
  return { key: text, given: args ? namesOf(args.value) : [] };
}

const uses = ['bot', 'sender', 'ingress', 'platform'].flatMap((room) => {
  const folder = new URL(`${room}/`, SERVICES);
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return sources.flatMap((name): Use[] => {
    const { program } = parseSync(name, readFileSync(new URL(name, folder), 'utf8'));
    return nodesIn(program).flatMap((node): Use[] => {
      const use =
        node.type === 'CallExpression'
          ? useInCall(node)
          : node.type === 'ObjectExpression'
            ? useInPhrase(node)
            : undefined;
      return use ? [{ where: `services/${room}/${name}`, ...use }] : [];
    });
  });
});

test('every text is asked for with all its variables', () => {
  const variables = new Map(files[0]?.texts.map((text) => [text.key, text.variables]));
  expect(uses.length).toBeGreaterThan(300);
  const lacking = uses.flatMap(({ where, key, given }) => {
    const absent = given && variables.get(key)?.filter((name) => !given.includes(name));
    return absent && absent.length > 0 ? [`${where}: ${key} lacks $${absent.join(', $')}`] : [];
  });
  expect(lacking).toEqual([]);
});
