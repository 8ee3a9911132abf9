import type { Ajv } from 'ajv';
import { type JsonSchema, type OneType, optionsOf } from '#deploy/catalogue/json-schema.ts';

/**
 * What a schema lets be and none of the values is: an alternative, a member of an enum, a null, true or false, a field that is
 * there or is absent. A line for each.
 */
export function variantsWithout(
  ajv: Ajv,
  schema: JsonSchema,
  values: readonly unknown[],
  at: string,
): string[] {
  const options = optionsOf(schema);
  if (options.length > 1)
    return options.flatMap((option, i) => {
      const fitting = values.filter((value) => ajv.validate(option, value));
      return fitting.length === 0
        ? [`${at}: none is ${nameOf(option, i)}`]
        : variantsWithout(ajv, option, fitting, at);
    });
  if (schema.enum) return without(values, schema.enum, at);
  if (schema.type === 'boolean' && schema.const === undefined) return without(values, [true, false], at);
  if (schema.items) return variantsWithout(ajv, schema.items, values.flat(1), `${at}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const objects = values as Record<string, unknown>[];
    const there = objects.filter((value) => name in value);
    const always = schema.required?.includes(name);
    if (there.length === 0) return [`${at}: none has ${name}`];
    const absent = always || there.length < objects.length ? [] : [`${at}: none is without ${name}`];
    return [
      ...absent,
      ...variantsWithout(
        ajv,
        field,
        there.map((value) => value[name]),
        `${at}.${name}`,
      ),
    ];
  });
}

const without = (values: readonly unknown[], members: readonly unknown[], at: string): string[] =>
  members
    .filter((member) => !values.includes(member))
    .map((member) => `${at}: none is ${JSON.stringify(member)}`);

function nameOf(option: OneType, i: number): string {
  const tags = Object.values(option.properties ?? {}).flatMap(({ const: value }) => value ?? []);
  return tags.length > 0 ? tags.join() : (option.type ?? `alternative ${i}`);
}
