import { readdir } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { serviceConsumers } from '#contracts/consumers.ts';
import { NATS_USERS, passwordVariable } from '#deploy/nats/permissions.ts';
import { serviceRoles } from '#deploy/provision/roles.ts';
import { yamlDocuments } from '#test/support/yaml.ts';
import { expectProcess, HEALTH_PORT, SECRETS, SERVICES } from './services.ts';

/* Images cannot be built here, so every manifest is read and compared with the code. */

const FOLDER = 'deploy/kubernetes';
const key = z.object({ name: z.string(), key: z.string() });
const Variable = z.strictObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .union([z.strictObject({ secretKeyRef: key }), z.strictObject({ configMapKeyRef: key })])
    .optional(),
});
const probe = (path: string) =>
  z.looseObject({ httpGet: z.strictObject({ path: z.literal(path), port: z.literal('health') }) });
const Container = z.looseObject({
  name: z.string(),
  image: z.literal('habitstream'),
  args: z.array(z.string()),
  env: z.array(Variable),
  resources: z.strictObject({
    requests: z.strictObject({ cpu: z.string(), memory: z.string() }),
    limits: z.strictObject({ memory: z.string() }),
  }),
  securityContext: z.strictObject({
    readOnlyRootFilesystem: z.literal(true),
    allowPrivilegeEscalation: z.literal(false),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
});
const Pod = <C extends z.ZodType>(container: C) =>
  z.object({
    metadata: z.object({ labels: z.object({ app: z.string(), 'part-of': z.literal('habitstream') }) }),
    spec: z.looseObject({
      automountServiceAccountToken: z.literal(false),
      securityContext: z.looseObject({ runAsNonRoot: z.literal(true), runAsUser: z.literal(1000) }),
      containers: z.tuple([container]),
    }),
  });
const ServiceContainer = Container.extend({
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.int() })),
  livenessProbe: probe('/healthz'),
  readinessProbe: probe('/readyz'),
});
const Deployment = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    replicas: z.int(),
    selector: z.object({ matchLabels: z.object({ app: z.string() }) }),
    template: Pod(ServiceContainer),
  }),
});
const Job = z.object({ spec: z.object({ template: Pod(Container) }) });
const Named = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });
const Selecting = z.object({ spec: z.object({ selector: z.looseObject({}) }) });
const Config = z.object({ data: z.record(z.string(), z.string()) });
const ScaledObject = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    scaleTargetRef: z.object({ name: z.string() }),
    minReplicaCount: z.int(),
    triggers: z.array(
      z.object({
        type: z.literal('nats-jetstream'),
        metadata: z.object({ stream: z.string(), consumer: z.string() }),
      }),
    ),
  }),
});

type Document = z.infer<typeof Named>;
let documents: Document[];
let config: Record<string, string>;

beforeAll(async () => {
  const files = (await readdir(FOLDER)).filter((file) => file !== 'kustomization.yaml');
  documents = (await Promise.all(files.map((file) => yamlDocuments(`${FOLDER}/${file}`))))
    .flat()
    .map((document) => Named.parse(document));
  config = Config.parse(ofKind('ConfigMap')[0]).data;
});

const ofKind = (kind: string) => documents.filter((document) => document.kind === kind);
const deployments = () => ofKind('Deployment').map((document) => Deployment.parse(document));

/** As the process gets it, with something in the place of secrets. */
function environmentOf(env: readonly z.infer<typeof Variable>[]): Record<string, string> {
  return Object.fromEntries(
    env.map(({ name, value, valueFrom }) => {
      if (value !== undefined) return [name, value];
      if (valueFrom && 'configMapKeyRef' in valueFrom)
        return [name, config[valueFrom.configMapKeyRef.key] ?? ''];
      return [name, SECRETS[name] ?? 'secret'];
    }),
  );
}

const secretKeys = (env: readonly z.infer<typeof Variable>[], secret: string) =>
  env.flatMap(({ valueFrom }) =>
    valueFrom && 'secretKeyRef' in valueFrom && valueFrom.secretKeyRef.name === secret
      ? [valueFrom.secretKeyRef.key]
      : [],
  );

test('every service is a deployment that its process takes as its settings', () => {
  expect(deployments().map(({ metadata }) => metadata.name)).toEqual([...SERVICES].sort());
  for (const { metadata, spec } of deployments()) {
    const [container] = spec.template.spec.containers;
    const { name } = metadata;
    expectProcess({ name, command: container.args, environment: environmentOf(container.env) });
    expect([spec.selector.matchLabels.app, spec.template.metadata.labels.app]).toEqual([name, name]);
    expect(container.ports).toContainEqual({ name: 'health', containerPort: HEALTH_PORT });
    expect(secretKeys(container.env, 'nats-passwords')).toEqual([`NATS_PASSWORD_${name.toUpperCase()}`]);
    for (const role of secretKeys(container.env, 'database-urls'))
      expect([...serviceRoles.keys(), 'owner']).toContain(role === 'owner' ? 'owner' : name);
  }
});

test('the ingress listens where the webhook’s service sends calls', () => {
  const ingress = deployments().find(({ metadata }) => metadata.name === 'ingress');
  const [container] = ingress?.spec.template.spec.containers ?? [];
  const environment = environmentOf(container?.env ?? []);
  expect(container?.ports).toContainEqual({ name: 'webhook', containerPort: Number(environment.PORT) });
  expect(environment.HOST).toBe('0.0.0.0');
  const webhook = ofKind('Service').find(({ metadata }) => metadata.name === 'webhook');
  expect(webhook).toMatchObject({
    spec: { selector: { app: 'ingress' }, ports: [{ targetPort: 'webhook' }] },
  });
});

test('Prometheus finds each replica, and a drained node takes no service away', () => {
  const headless = ofKind('Service').filter(({ metadata }) => metadata.name !== 'webhook');
  expect(headless.map(({ metadata }) => metadata.name).sort()).toEqual([...SERVICES].sort());
  for (const service of headless)
    expect(service).toMatchObject({
      spec: { clusterIP: 'None', selector: { app: service.metadata.name }, ports: [{ port: HEALTH_PORT }] },
    });
  const several = deployments().filter(({ spec }) => spec.replicas > 1);
  const budgets = ofKind('PodDisruptionBudget');
  expect(budgets.map(({ metadata }) => metadata.name).sort()).toEqual(
    several.map(({ metadata }) => metadata.name).sort(),
  );
  for (const budget of budgets)
    expect(Selecting.parse(budget).spec.selector).toEqual({ matchLabels: { app: budget.metadata.name } });
});

test('KEDA looks at consumers that there are, all of the service that it scales', () => {
  const shardCount = Number(config.SHARD_COUNT);
  const scaled = ofKind('ScaledObject').map((document) => ScaledObject.parse(document));
  expect(scaled.map(({ metadata }) => metadata.name)).toEqual(['shards', 'sender']);
  const stream = { shards: 'TICKS', sender: 'REMINDERS' } as Record<string, string>;
  for (const { metadata, spec } of scaled) {
    expect(spec.scaleTargetRef.name).toBe(metadata.name);
    const replicas = deployments().find((each) => each.metadata.name === metadata.name)?.spec.replicas;
    expect(spec.minReplicaCount).toBe(replicas);
    const consumers = serviceConsumers(shardCount).filter((each) => each.stream === stream[metadata.name]);
    expect(spec.triggers.map((trigger) => trigger.metadata).sort(byConsumer)).toMatchObject(
      consumers.map(({ name, stream }) => ({ stream, consumer: name })).sort(byConsumer),
    );
  }
});

const byConsumer = (a: { consumer: string }, b: { consumer: string }) => (a.consumer < b.consumer ? -1 : 1);

test('provisioning is the operator, with the same number of shards', () => {
  const { spec } = Job.parse(ofKind('Job')[0]).spec.template;
  const { args, env } = spec.containers[0];
  expect(args).toEqual(['deploy/cli/habitstream.ts', 'provision']);
  expect(environmentOf(env)).toMatchObject({
    NATS_USER: 'operator',
    SHARD_COUNT: config.SHARD_COUNT,
    NATS_REPLICAS: '3',
  });
  const passwords = NATS_USERS.map(passwordVariable);
  expect(passwords).toContain(secretKeys(env, 'nats-passwords')[0]);
});

test('network policies are about processes that there are, and let all of them through to what they need', () => {
  const Policy = z.object({
    spec: z.object({
      podSelector: z.object({
        matchExpressions: z.array(z.object({ values: z.array(z.string()) })).default([]),
      }),
    }),
  });
  const named = (name: string) => {
    const found = ofKind('NetworkPolicy').find(({ metadata }) => metadata.name === name);
    return Policy.parse(found).spec.podSelector.matchExpressions[0]?.values.toSorted();
  };
  const using = (variable: string) =>
    deployments()
      .filter(({ spec }) => spec.template.spec.containers[0].env.some(({ name }) => name === variable))
      .map(({ metadata }) => metadata.name);
  expect(named('to-postgres')).toEqual([...using('DATABASE_URL'), 'provision'].sort());
  expect(named('to-telegram')).toEqual(using('BOT_TOKEN').sort());
});

test('kubectl apply -k takes every file but those for their own time', async () => {
  const [kustomization] = await yamlDocuments(`${FOLDER}/kustomization.yaml`);
  const { resources } = z.object({ resources: z.array(z.string()) }).parse(kustomization);
  const apart = ['kustomization.yaml', 'provision.yaml', 'autoscaling.yaml'];
  expect(resources).toEqual((await readdir(FOLDER)).filter((file) => !apart.includes(file)).sort());
});
