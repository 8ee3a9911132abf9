import { readFile, writeFile } from 'node:fs/promises';
import { faults } from './catalogue.ts';
import type { FaultRow } from './fault.ts';

export type Result = FaultRow & { date: string; machine: string };

const FILE = new URL('./results.json', import.meta.url);

/** Replaces these rows of results.json; rows of other faults stay as they were measured. */
export async function record(results: readonly Result[]): Promise<void> {
  const before: Result[] = JSON.parse(await readFile(FILE, 'utf8').catch(() => '[]'));
  const replaced = new Map([...before, ...results].map((row) => [row.fault, row]));
  const inOrder = faults.flatMap(({ name }) => replaced.get(name) ?? []);
  await writeFile(FILE, `${JSON.stringify(inOrder, undefined, 2)}\n`);
}

/** The results as the Markdown table of README.md. */
export function table(results: readonly Result[]): string {
  const head = [
    'Fault',
    'n',
    'reminders',
    'lost',
    'twice',
    'over budget',
    'uncertain',
    'recovery p50 / max',
    'seed',
  ];
  const rows = results.map((row) => [
    row.note === undefined ? row.fault : `${row.fault} (${row.note})`,
    ...[row.runs, row.reminders, row.lost, row.duplicated, row.overBudget, row.uncertain].map(String),
    `${seconds(row.recoveryMs.p50)} / ${seconds(row.recoveryMs.max)}`,
    String(row.seed),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
