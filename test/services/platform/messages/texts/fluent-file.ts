import { readFileSync } from 'node:fs';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { Locale } from '#contracts/account-events.ts';
import { mark } from '#services/platform/messages/i18n/rich-text.ts';

export const SERVICES = new URL('../../../../../services/', import.meta.url);

/** A message of a Fluent file or an attribute of one, `key` or `key.attribute`. */
export type Text = {
  key: string;
  /** The variables it uses, sorted. */
  variables: string[];
  /** Variables with a choice by plural category, each with the categories named and the one that is the default. */
  plurals: { variable: string; named: string[]; otherwise: string }[];
  /** Options given to NUMBER() in the file. */
  options: string[];
  /** With these values; problems of Fluent are thrown. */
  render(values: Record<string, string | number>): string;
};

export type FluentFile = { locale: Locale; source: string; texts: Text[] };

const PLURAL_CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'];

function readFile(locale: Locale): FluentFile {
  const source = readFileSync(new URL(`platform/messages/i18n/${locale}.ftl`, SERVICES), 'utf8');
  const resource = new FluentResource(source);
  const functions = { BOLD: ([value]: unknown[]) => mark(String(value)) };
  const bundle = new FluentBundle(locale, { useIsolating: false, functions });
  bundle.addResource(resource);
  const texts = resource.body.flatMap(({ id, value, attributes }): Text[] => {
    const patterns = Object.entries(attributes ?? {}).map(([name, each]) => [`${id}.${name}`, each] as const);
    return [...(value === null ? [] : [[id, value] as const]), ...patterns].map(([key, pattern]) => ({
      key,
      ...facts(pattern),
      render(values) {
        const problems: Error[] = [];
        const text = bundle.formatPattern(pattern, values, problems);
        if (problems[0]) throw problems[0];
        return text;
      },
    }));
  });
  return { locale, source, texts };
}

type Node = { type?: unknown; name?: unknown; selector?: unknown; variants?: unknown; star?: unknown };

function facts(pattern: unknown): Pick<Text, 'variables' | 'plurals' | 'options'> {
  const nodes = nodesIn(pattern);
  const names = (type: string) => nodes.filter((node) => node.type === type).map(({ name }) => String(name));
  return {
    variables: [...new Set(names('var'))].sort(),
    options: names('narg'),
    plurals: nodes.filter(({ type }) => type === 'select').flatMap(pluralOf),
  };
}

function pluralOf({ selector, variants, star }: Node): Text['plurals'] {
  const keys = nodesIn(variants).flatMap((node) => ('key' in node ? nodesIn(node.key)[0] ?? [] : []));
  const values = keys.map((key) => ('value' in key ? String(key.value) : ''));
  const named = values.filter((value) => PLURAL_CATEGORIES.includes(value));
  const variable = nodesIn(selector).find(({ type }) => type === 'var')?.name;
  if (named.length === 0 || variable === undefined) return [];
  return [{ variable: String(variable), named, otherwise: values[Number(star)] ?? '' }];
}

/** All nodes of a tree, each before those in it. */
function nodesIn(part: unknown): Node[] {
  if (typeof part !== 'object' || part === null) return [];
  const inside = Object.values(part).flatMap(nodesIn);
  return Array.isArray(part) ? inside : [part, ...inside];
}

export const files: readonly FluentFile[] = Locale.options.map(readFile);
