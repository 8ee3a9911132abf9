import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { z } from 'zod';

type YamlDocument = { errors: Error[]; toJS(): unknown };
const Yaml = z.object({
  parseAllDocuments: z.custom<(text: string, options: { merge: boolean }) => YamlDocument[]>(),
});

/** The documents of a YAML file, plain. @throws for one with mistakes. */
export async function yamlDocuments(path: string): Promise<unknown[]> {
  // Asked for when it is used: only what reads manifests fails where it is not installed yet.
  const { parseAllDocuments } = Yaml.parse(createRequire(import.meta.url)('yaml'));
  return parseAllDocuments(await readFile(path, 'utf8'), { merge: true }).map((document) => {
    for (const error of document.errors) throw new Error(`${path}: ${error.message}`);
    return document.toJS();
  });
}
