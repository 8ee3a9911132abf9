import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};
/** What every page of ours may take from here: elements.js. */
const SHARED = ['elements.js'];

type StaticFile = { body: Buffer; type: string; etag: string };

export type StaticFiles = {
  /** Answers with a file, with a 304 for one that the browser has, or with a 404. */
  send(name: string, request: FastifyRequest, reply: FastifyReply): FastifyReply;
};

/**
 * A page's files, read once: they do not change while a process runs.
 * @param made those that are no files, by name.
 */
export function staticFiles(folder: string, made: ReadonlyMap<string, Buffer> = new Map()): StaticFiles {
  const read = (from: string, name: string) => [name, readFileSync(join(from, name))] as const;
  const named = [
    ...SHARED.map((name) => read(import.meta.dirname, name)),
    ...readdirSync(folder).map((name) => read(folder, name)),
    ...made,
  ];
  const files = new Map<string, StaticFile>(
    named.map(([name, body]) => {
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      return [name, { body, etag, type: TYPES[extname(name)] ?? 'application/octet-stream' }];
    }),
  );
  return {
    send(name, request, reply) {
      const file = files.get(name);
      if (!file) return reply.code(404).send({ error: 'no such file' });
      reply.header('cache-control', 'no-cache').header('etag', file.etag);
      if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
      return reply.type(file.type).send(file.body);
    },
  };
}
