import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { spawnServer } from '#deploy/local/server-process.ts';
import { freePorts } from './ports.ts';
import { testFolder } from './run-folder.ts';

/** Where they are, if they are. */
export const PROMETHEUS = '/usr/bin/prometheus';
export const PROMTOOL = '/usr/bin/promtool';

const Dashboard = z.object({
  panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })).default([]) })),
});
const Answer = z.object({ data: z.object({ result: z.array(z.unknown()) }) });

/** What the panels of deploy/grafana ask. */
export async function dashboardQueries(): Promise<string[]> {
  const { panels } = Dashboard.parse(JSON.parse(await readFile('deploy/grafana/habitstream.json', 'utf8')));
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}

/** The metrics that alerts look at, each with its labels: of an alert's own expression there is a result only when it fires. */
export async function alertSelectors(): Promise<string[]> {
  const rules = await readFile('deploy/prometheus/alerts.yml', 'utf8');
  // What may never have come, such as an answer with 500, is no mistake of the rule.
  return [...rules.matchAll(/habitstream_\w+(?:\{[^}]*\})?/g)].map(([selector]) =>
    selector.replace('|5..', ''),
  );
}

/** A Prometheus of its own that scrapes these processes each second. */
export async function startPrometheus(targets: readonly (readonly [service: string, port: string])[]) {
  const folder = await testFolder('prometheus');
  const jobs = targets.map(
    ([service, port]) => `      - { targets: ['127.0.0.1:${port}'], labels: { service: ${service} } }`,
  );
  const config = `global: { scrape_interval: 1s }\nscrape_configs:\n  - job_name: habitstream\n    static_configs:\n${jobs.join('\n')}\n`;
  await writeFile(join(folder, 'prometheus.yml'), config);
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const server = await spawnServer({
    command: PROMETHEUS,
    args: [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    stopSignal: 'TERM',
    deadlineMs: 10_000,
    onLine: () => {},
  });

  async function hasResult(query: string): Promise<boolean> {
    const asked = new URLSearchParams({ query: query.replaceAll('$__rate_interval', '1m') });
    const response = await fetch(`${url}/api/v1/query?${asked}`);
    if (response.status === 400) throw new Error(`no query: ${query}`);
    return response.ok && Answer.parse(await response.json()).data.result.length > 0;
  }
  return {
    /** Those of the queries whose answer is empty. */
    async withoutResult(queries: readonly string[]): Promise<string[]> {
      const found = await Promise.all(queries.map(hasResult));
      return queries.filter((_, i) => !found[i]);
    },
    stop: () => server.stop(),
  };
}
