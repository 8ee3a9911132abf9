/** One metric as `/metrics` has it. `labels` are those of its samples, without a histogram's own `le`. */
export type MetricFamily = { name: string; type: string; help: string; labels: string[]; samples: Sample[] };
type Sample = { name: string; labels: Record<string, string>; value: number };

/** Reads the text format of Prometheus, as far as prom-client writes it. */
export function metricFamilies(text: string): MetricFamily[] {
  const families: MetricFamily[] = [];
  for (const line of text.split('\n')) {
    const [, kind, about = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') families.push({ name: about, type: '', help: rest, labels: [], samples: [] });
    const family = families.at(-1);
    if (!family) continue;
    if (kind === 'TYPE') family.type = rest;
    const sample = kind === undefined ? sampleIn(line) : undefined;
    if (!sample) continue;
    family.samples.push(sample);
    for (const label of Object.keys(sample.labels))
      if (label !== 'le' && !family.labels.includes(label)) family.labels.push(label);
  }
  return families;
}

function sampleIn(line: string): Sample | undefined {
  const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined) return undefined;
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return {
    name,
    labels: Object.fromEntries(pairs.map(([, key, text]) => [key, text])),
    value: Number(value),
  };
}

/** The value of the one sample with these labels, and undefined where there is none. */
export function sampleValue(
  text: string,
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  const wanted = Object.entries(labels);
  const found = metricFamilies(text)
    .flatMap(({ samples }) => samples)
    .filter((sample) => sample.name === name && wanted.every(([key, value]) => sample.labels[key] === value));
  if (found.length > 1) throw new Error(`${found.length} samples of ${name} with ${JSON.stringify(labels)}`);
  return found[0]?.value;
}
