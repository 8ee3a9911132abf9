import { Ajv } from 'ajv';
import formats from 'ajv-formats';

/** A validator of JSON Schema draft-07 that knows none of our code. */
export function openValidator(): Ajv {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  formats.default(ajv);
  ajv.addFormat('base64', /^[A-Za-z0-9+/]*={0,2}$/);
  for (const word of ['x-unit', 'x-enumDescriptions']) ajv.addKeyword(word);
  return ajv;
}
