import { badRequest } from './refusal.ts';

/** A file that came in a multipart form. */
export type UploadedFile = { name: string; mimeType: string; bytes: Uint8Array };

/** A call's parameters: values are typed when they came as JSON, strings when they came from a form or query. */
export type Parameters = {
  values: Readonly<Record<string, unknown>>;
  files: ReadonlyMap<string, UploadedFile>;
};

export function textParameter(parameters: Parameters, name: string): string {
  const value = parameters.values[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Undefined when absent or not a whole number: Telegram, too, reads nonsense as if nothing was given. */
export function integerParameter(parameters: Parameters, name: string): number | undefined {
  const text = textParameter(parameters, name).trim();
  return /^[+-]?\d{1,16}$/.test(text) ? Number(text) : undefined;
}

export function booleanParameter(parameters: Parameters, name: string): boolean {
  return ['true', 'yes', '1'].includes(textParameter(parameters, name).trim().toLowerCase());
}

/** An object or array, given either directly or as JSON text. Undefined when absent or empty. */
export function jsonParameter(parameters: Parameters, name: string, refusal: string): unknown {
  const value = parameters.values[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw badRequest(refusal);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
