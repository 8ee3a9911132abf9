import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { imageSize } from './chats/image-size.ts';
import type { World } from './world.ts';

const PAGE_FOLDER = join(import.meta.dirname, 'page');
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};
/** The page shows people's and the bot's words, so nothing but its own files may run or load. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  // Mini Apps: of this machine, or anywhere by https.
  'frame-src http://127.0.0.1:* http://localhost:* https:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the chat page at `/`, its files at `/page/<name>`, and photos and documents at `/media/<file id>`. */
export function pageFiles(world: World) {
  return async (server: FastifyInstance): Promise<void> => {
    server.addHook('onSend', async (_, reply) => {
      reply.header('content-security-policy', POLICY);
      reply.header('x-content-type-options', 'nosniff');
      reply.header('referrer-policy', 'no-referrer');
      reply.header('cache-control', 'no-cache');
    });
    server.get('/', async (_, reply) => reply.type(TYPES.html ?? '').send(await readPage('index.html')));
    server.get('/favicon.ico', async (_, reply) =>
      reply.type(TYPES.svg ?? '').send(await readPage('icon.svg')),
    );
    server.get<{ Params: { name: string } }>('/page/:name', async (request, reply) => {
      const { name } = request.params;
      const type = TYPES[/^[a-z-]+\.([a-z]+)$/.exec(name)?.[1] ?? ''];
      const bytes = type === undefined ? undefined : await readPage(name).catch(() => undefined);
      if (type === undefined || bytes === undefined) return reply.code(404).send({ error: 'no such file' });
      return reply.type(type).send(bytes);
    });
    server.get<{ Params: { fileId: string } }>('/media/:fileId', (request, reply) => {
      const bytes = world.files.read(request.params.fileId);
      if (!bytes) return reply.code(404).send({ error: 'no such file' });
      const image = imageSize(bytes);
      if (image) return reply.type(image.mimeType).send(Buffer.from(bytes));
      // A sent HTML file must never be shown as a page of this origin.
      return reply
        .type('application/octet-stream')
        .header('content-disposition', 'attachment')
        .send(Buffer.from(bytes));
    });
  };
}

function readPage(name: string): Promise<Buffer> {
  return readFile(join(PAGE_FOLDER, name));
}
