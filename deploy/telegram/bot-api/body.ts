import { isRecord, type Parameters, type UploadedFile } from '../checks/parameters.ts';
import { badRequest } from '../checks/refusal.ts';

/** A call's parameters from its query and body; the body wins. Takes JSON, urlencoded and multipart forms. */
export async function readParameters(
  query: Record<string, unknown>,
  contentType: string,
  body: Uint8Array,
): Promise<Parameters> {
  if (body.length === 0) return { values: query, files: new Map() };
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  if (type === 'application/json') return { values: { ...query, ...readJson(body) }, files: new Map() };
  if (type === 'application/x-www-form-urlencoded') {
    const fields = Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body)));
    return { values: { ...query, ...fields }, files: new Map() };
  }
  if (type === 'multipart/form-data') return readForm(query, contentType, body);
  return { values: query, files: new Map() };
}

function readJson(body: Uint8Array): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw badRequest("can't parse JSON object");
  }
  if (!isRecord(parsed)) throw badRequest('expected a JSON object');
  return parsed;
}

async function readForm(
  query: Record<string, unknown>,
  contentType: string,
  body: Uint8Array,
): Promise<Parameters> {
  const values: Record<string, unknown> = { ...query };
  const files = new Map<string, UploadedFile>();
  for (const [name, value] of await parseForm(contentType, body)) {
    if (typeof value === 'string') values[name] = value;
    else {
      const bytes = new Uint8Array(await value.arrayBuffer());
      files.set(name, { name: value.name, mimeType: value.type || 'application/octet-stream', bytes });
    }
  }
  return { values, files };
}

async function parseForm(contentType: string, body: Uint8Array): Promise<FormData> {
  try {
    const bytes = new Uint8Array(body);
    return await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw badRequest("can't parse multipart form data");
  }
}

/** What of a call is kept in its record: uploads only by name and size. */
export function recordable({ values, files }: Parameters): Record<string, unknown> {
  if (files.size === 0) return values;
  const uploads = [...files].map(([field, { name, bytes }]) => [
    `${field} (file)`,
    { name, size: bytes.length },
  ]);
  return { ...values, ...Object.fromEntries(uploads) };
}
