import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';

/** The documents of a YAML file, plain. @throws for one with mistakes. */
export async function yamlDocuments(path: string): Promise<unknown[]> {
  return parseAllDocuments(await readFile(path, 'utf8'), { merge: true }).map((document) => {
    for (const error of document.errors) throw new Error(`${path}: ${error.message}`);
    return document.toJS();
  });
}
