import { readFileSync } from 'node:fs';
import { FluentResource } from '@fluent/bundle';
import { Locale } from '#contracts/account-events.ts';
import { richText } from '#services/platform/messages/i18n/rich-text.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';

export const SERVICES = new URL('../../../../../services/', import.meta.url);

/** A text of a Fluent file. */
export type Text = {
  key: string;
  /** The variables it uses, sorted. */
  variables: string[];
  /** Variables that are chosen by, each with the plural categories named and the case that is the default. */
  plurals: { variable: string; named: string[]; otherwise: string }[];
  /** Functions that it calls. */
  functions: string[];
  /** As the bot writes it, bold parts not marked. */
  render(values: Record<string, string | number>): string;
};

export type FluentFile = { locale: Locale; source: string; texts: Text[] };

const PLURAL_CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'];

function readFile(locale: Locale): FluentFile {
  const source = readFileSync(new URL(`platform/messages/i18n/${locale}.ftl`, SERVICES), 'utf8');
  const texts = new FluentResource(source).body.map(
    ({ id, value }): Text => ({
      key: id,
      ...facts(value),
      render: (values) => richText(translator(locale)(id, values)).text,
    }),
  );
  return { locale, source, texts };
}

type Node = { type?: unknown; name?: unknown; selector?: unknown; variants?: unknown; star?: unknown };

function facts(pattern: unknown): Pick<Text, 'variables' | 'plurals' | 'functions'> {
  const nodes = nodesIn(pattern);
  const names = (type: string) => nodes.filter((node) => node.type === type).map(({ name }) => String(name));
  return {
    variables: [...new Set(names('var'))].sort(),
    functions: names('func'),
    plurals: nodes.filter(({ type }) => type === 'select').flatMap(pluralOf),
  };
}

function pluralOf({ selector, variants, star }: Node): Text['plurals'] {
  const keys = nodesIn(variants).flatMap((node) => ('key' in node ? (nodesIn(node.key)[0] ?? []) : []));
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
