import { type JsonSchema, type OneType, optionsOf } from './json-schema.ts';

/** A line of a table of fields. */
type Field = { name: string; type: string; unit: string; meaning: string };

/** The fields of an object as a Markdown table; a sentence when it has none. */
export function fieldTable(schema: JsonSchema): string {
  const fields = optionsOf(schema).length > 1 ? alternatives(schema, '') : fieldsOf(schema, '');
  if (fields.length === 0) return 'It has no fields.';
  const lines = fields.map(
    ({ name, type, unit, meaning }) => `| ${name} | ${type} | ${unit} | ${cell(meaning)} |`,
  );
  return ['| Field | Type | Unit | Meaning |', '|---|---|---|---|', ...lines].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function fieldsOf(schema: JsonSchema, prefix: string): Field[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([name, field]) => {
    const own = fieldOf(`${prefix}${name}`, field, required.includes(name));
    return [own, ...nested(field, `${prefix}${name}`)];
  });
}

function fieldOf(name: string, field: JsonSchema, isRequired: boolean): Field {
  const members = Object.entries(membersOf(field)).map(([member, meaning]) => `\`${member}\`: ${meaning}`);
  const meaning = [field.description ?? '', ...(members.length > 0 ? [`${members.join('; ')}.`] : [])];
  return {
    name: `\`${name}\``,
    type: `${typeOf(field)}${isRequired ? '' : ', optional'}`,
    unit: unitOf(field),
    meaning: meaning.join(' ').trim(),
  };
}

/** What is inside a field: of an object, of each alternative, of each element. */
function nested(field: JsonSchema, name: string): Field[] {
  const options = notNull(field);
  if (options.some(isNamedAlternative)) return alternatives(field, `${name}.`);
  const [only] = options;
  if (only?.type === 'array' && only.items) return nested(only.items, `${name}[]`);
  return only?.properties ? fieldsOf(only, `${name}.`) : [];
}

/** Each alternative's name, and its own fields. */
function alternatives(field: JsonSchema, prefix: string): Field[] {
  return notNull(field).flatMap((option) => {
    const [tag, rest] = splitTag(option);
    const fields = fieldsOf(rest, prefix);
    if (!tag) return [{ name: 'or', type: '', unit: '', meaning: option.description ?? '' }, ...fields];
    const [name, value] = tag;
    const own = {
      name: `\`${prefix}${name}\``,
      type: `\`"${value}"\``,
      unit: '',
      meaning: option.description ?? '',
    };
    return [own, ...fields.map((each) => ({ ...each, name: `↳ ${each.name}` }))];
  });
}

/** The constant field that tells alternatives apart, and the others. */
function splitTag(option: OneType): [tag: [string, unknown] | undefined, rest: OneType] {
  const { properties = {} } = option;
  const found = Object.entries(properties).find(([, { const: value }]) => typeof value === 'string');
  if (!found) return [undefined, option];
  const { [found[0]]: _tag, ...others } = properties;
  return [[found[0], found[1].const], { ...option, properties: others }];
}

const notNull = (field: JsonSchema): OneType[] => optionsOf(field).filter(({ type }) => type !== 'null');

const isNamedAlternative = (option: OneType, _i: number, all: OneType[]): boolean =>
  all.length > 1 && option.properties !== undefined;

const membersOf = (field: JsonSchema): Record<string, string> =>
  Object.assign({}, ...notNull(field).map((option) => option['x-enumDescriptions'] ?? {}));

const unitOf = (field: JsonSchema): string =>
  field['x-unit'] ?? notNull(field).find((option) => option['x-unit'])?.['x-unit'] ?? '';

/** In words: `local date`, `integer 1 to 180 or null`, `text of at most 64`. */
function typeOf(field: JsonSchema): string {
  const options = notNull(field);
  const isNullable = options.length < optionsOf(field).length;
  const types = options.some(isNamedAlternative) ? ['one of'] : options.map(plainType);
  return `${types.join(' or ')}${isNullable ? ' or null' : ''}`;
}

function plainType(schema: OneType): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`"${value}"\``).join(', ');
  if (schema.title) return schema.title;
  if (schema.type === 'array') return `list of ${schema.items ? typeOf(schema.items) : 'anything'}`;
  if (schema.type === 'string') return textType(schema);
  if (schema.type === 'number' || schema.type === 'integer') return numberType(schema);
  return schema.type ?? 'anything';
}

function textType({ maxLength, contentEncoding }: OneType): string {
  if (contentEncoding) return contentEncoding;
  return maxLength === undefined ? 'text' : `text of at most ${maxLength}`;
}

function numberType({ type = 'number', minimum, maximum, exclusiveMinimum }: OneType): string {
  const from = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
  const isFrom = from !== undefined && from > Number.MIN_SAFE_INTEGER;
  const isTo = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (isFrom && isTo) return `${type} ${from} to ${maximum}`;
  if (isFrom) return `${type} from ${from}`;
  return isTo ? `${type} to ${maximum}` : type;
}
