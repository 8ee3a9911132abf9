import { asyncApi, type Examples } from './async-api.ts';
import { page } from './page.ts';
import { currentSchemas, type Schemas } from './schemas.ts';
import { examplesIn } from './stored.ts';

/** The schemas among files of the catalogue. */
export function schemasIn(files: ReadonlyMap<string, string>): Schemas {
  const schemas = [...files].filter(([path]) => path.startsWith('schemas/'));
  return new Map(schemas.map(([path, text]) => [path, JSON.parse(text)]));
}

/** Every file of the catalogue, but the schemas of older versions, which stay as they are. */
export function catalogueFiles(): Map<string, string> {
  const examples: Examples = { events: examplesIn('events'), messages: examplesIn('messages') };
  const schemas = currentSchemas();
  return new Map([
    ...[...schemas].map(([path, schema]) => [path, asText(schema)] as const),
    ['asyncapi.json', asText(asyncApi(examples))],
    ['README.md', page(schemas, examples)],
  ]);
}

const asText = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
