import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Locale } from '#contracts/account-events.ts';
import { pageTexts } from './texts.ts';

const FOLDER = join(import.meta.dirname, 'page');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

type PageFile = { body: Buffer; type: string; etag: string };

/** The page's own files and its texts, read once: they do not change while a process runs. */
function openFiles(): ReadonlyMap<string, PageFile> {
  const files = readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name))] as const);
  const texts = Locale.options.map(
    (locale) => [`texts-${locale}.json`, Buffer.from(JSON.stringify(pageTexts(locale)))] as const,
  );
  return new Map(
    [...files, ...texts].map(([name, body]) => {
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      return [name, { body, etag, type: TYPES[extname(name)] ?? 'application/octet-stream' }];
    }),
  );
}

/** Serves the page at `/app` and its files beside it. */
export async function appFiles(server: FastifyInstance): Promise<void> {
  const files = openFiles();
  function send(name: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const file = files.get(name);
    if (!file) return reply.code(404).send({ error: 'no such file' });
    reply.header('cache-control', 'no-cache').header('etag', file.etag);
    if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
    return reply.type(file.type).send(file.body);
  }
  server.get('/app', (request, reply) => send('index.html', request, reply));
  server.get('/app/', (request, reply) => send('index.html', request, reply));
  server.get<{ Params: { name: string } }>('/app/:name', (request, reply) =>
    send(request.params.name, request, reply),
  );
}
