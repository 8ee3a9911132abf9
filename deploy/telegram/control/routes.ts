import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { commandsFor, localised, menuButtonFor } from '../bot-api/profile.ts';
import { newPersonSchema, type Person } from '../chats/person.ts';
import { faultRuleSchema } from '../faults.ts';
import type { World } from '../world.ts';
import { act, Impossible } from './act.ts';
import { actionSchema, type ChatView, crowdSchema, limitsSchema } from './contract.ts';
import { conversations } from './conversations.ts';
import { groupRoutes } from './groups.ts';
import { paymentRoutes } from './payments.ts';
import { stream } from './stream.ts';
import { changedChat, hangUp, waitUntil } from './wait.ts';
import { webAppRoutes } from './web-app.ts';

const idSchema = z.object({ id: z.coerce.number().int() });
const requestsSchema = z.object({
  since: z.coerce.number().int().default(0),
  changedAfter: z.coerce.number().int().default(-1),
  method: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200_000).default(10_000),
  timeoutMs: z.coerce.number().min(0).max(60_000).default(0),
});

/** Serves `/control/...`: everything a person, a test or the chat page does. JSON in and out. */
export function controlApi(world: World, stopping: AbortSignal) {
  return async (server: FastifyInstance): Promise<void> => {
    server.setErrorHandler((error, _, reply) => {
      if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
      if (error instanceof Impossible) return reply.code(409).send({ error: error.message });
      const message = error instanceof Error ? error.message : 'failed';
      return reply.code(message.startsWith('there is no person') ? 404 : 500).send({ error: message });
    });
    peopleRoutes(server, world, stopping);
    groupRoutes(server, world, stopping);
    trafficRoutes(server, world, stopping);
    paymentRoutes(server, world);
    webAppRoutes(server, world, (params) => personOf(world, params));
    faultRoutes(server, world);
    server.get('/control/stream', (request, reply) => stream(world, request, reply));
  };
}

function peopleRoutes(server: FastifyInstance, world: World, stopping: AbortSignal): void {
  server.get('/control/bot', (request) =>
    botView(world, z.object({ language: z.string().optional() }).parse(request.query).language),
  );
  server.get('/control/people', () => ({ people: world.chats.people() }));
  server.get('/control/conversations', () => conversations(world));
  server.post('/control/people', (request) => {
    const given = newPersonSchema.parse(request.body);
    const known = given.id === undefined ? undefined : world.chats.person(given.id);
    return { person: known ? world.chats.changePerson(known.id, given) : world.chats.addPerson(given) };
  });
  server.post('/control/crowd', (request) => {
    const { firstId, count, started, languageCode } = crowdSchema.parse(request.body);
    for (let id = firstId; id < firstId + count; id += 1) {
      world.chats.addPerson({ id, started, language_code: languageCode });
    }
    return { count };
  });
  server.post('/control/people/:id/act', (request) =>
    act(world, personOf(world, request.params), actionSchema.parse(request.body)),
  );
  server.get('/control/people/:id/chat', async (request, reply) => {
    await changedChat(world, personOf(world, request.params).id, request.query, [stopping, hangUp(reply)]);
    return chatView(world, personOf(world, request.params));
  });
  server.post('/control/updates', (request) => ({
    updateId: world.updates.enqueueRaw(z.record(z.string(), z.unknown()).parse(request.body)),
  }));
}

function trafficRoutes(server: FastifyInstance, world: World, stopping: AbortSignal): void {
  server.get('/control/requests', async (request, reply) => {
    const { timeoutMs, ...filter } = requestsSchema.parse(request.query);
    await waitUntil({
      isReady: () => world.requests.revision() > filter.changedAfter,
      subscribe: world.requests.onChange,
      timeoutMs,
      signal: AbortSignal.any([stopping, hangUp(reply)]),
    });
    const requests = world.requests.list(filter);
    const last = requests.at(-1);
    const isCut = requests.length === filter.limit && last !== undefined;
    return {
      next: isCut ? last.index + 1 : world.requests.nextIndex(),
      revision: world.requests.revision(),
      requests,
    };
  });
  server.get('/control/counters', () => world.requests.counters());
  server.post('/control/requests/reset', () => {
    world.requests.reset();
    world.limits.clear();
    return {};
  });
  server.get('/control/limits', () => world.limits.figures());
  server.post('/control/limits', (request) =>
    world.limits.configure(limitsSchema.partial().parse(request.body)),
  );
  server.post('/control/penalty', (request) => {
    const { seconds } = z.object({ seconds: z.number().positive() }).parse(request.body);
    world.limits.penalise(world.clock.monotonicMs(), seconds * 1000);
    return {};
  });
}

function faultRoutes(server: FastifyInstance, world: World): void {
  server.get('/control/faults', () => ({ faults: world.faults.list() }));
  server.post('/control/faults', (request) => {
    world.faults.add(faultRuleSchema.parse(request.body));
    return {};
  });
  server.post('/control/faults/clear', () => {
    world.faults.clear();
    return {};
  });
  server.post('/control/faults/release', () => ({ released: world.faults.release() }));
}

function personOf(world: World, params: unknown): Person {
  const { id } = idSchema.parse(params);
  const person = world.chats.person(id);
  if (!person) throw new Error(`there is no person ${id}`);
  return person;
}

function chatView(world: World, person: Person): ChatView {
  const { version, messages, answers } = world.chats.chat(person.id);
  return {
    person,
    version,
    messages: [...messages.values()],
    answers,
    commands: commandsFor(world.profile.read(), person),
    menuButton: menuButtonFor(world.profile.read(), person),
    pendingUpdates: world.updates.size(),
  };
}

function botView(world: World, language: string | undefined) {
  const { name, description, shortDescription } = world.profile.read();
  return {
    id: world.bot.id,
    username: world.bot.username,
    name: localised(name, language) || world.bot.first_name,
    description: localised(description, language),
    shortDescription: localised(shortDescription, language),
  };
}
