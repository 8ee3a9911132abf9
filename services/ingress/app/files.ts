import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Locale } from '#contracts/account-events.ts';
import { staticFiles } from '#services/platform/web/static-files.ts';
import { pageTexts } from './texts.ts';

/** Serves the page at `/app`, its files and its texts beside it. */
export async function appFiles(server: FastifyInstance): Promise<void> {
  const texts = Locale.options.map(
    (locale) => [`texts-${locale}.json`, Buffer.from(JSON.stringify(pageTexts(locale)))] as const,
  );
  const files = staticFiles(join(import.meta.dirname, 'page'), new Map(texts));
  server.get('/app', (request, reply) => files.send('index.html', request, reply));
  server.get('/app/', (request, reply) => files.send('index.html', request, reply));
  server.get<{ Params: { name: string } }>('/app/:name', (request, reply) =>
    files.send(request.params.name, request, reply),
  );
}
