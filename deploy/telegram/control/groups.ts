import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { setMembership } from '../chats/membership.ts';
import { userOf } from '../chats/person.ts';
import type { World } from '../world.ts';
import { Impossible } from './act.ts';
import { type GroupView, newGroupSchema } from './contract.ts';
import { changedChat, hangUp } from './wait.ts';

const idSchema = z.object({ id: z.coerce.number().int() });

/** Serves `/control/groups`. A group that is posted again gets the bot back, if it had left. */
export function groupRoutes(server: FastifyInstance, world: World, stopping: AbortSignal): void {
  server.post('/control/groups', (request) => {
    const { addedBy, ...given } = newGroupSchema.parse(request.body);
    const person = world.chats.person(addedBy);
    if (!person) throw new Impossible(`there is no person ${addedBy} to add the bot to a group`);
    if (world.chats.group(given.id)?.botIsMember) return { group: world.chats.group(given.id) };
    return { group: setMembership(world, { ...given, botIsMember: false }, userOf(person), true) };
  });
  server.get('/control/groups/:id/chat', async (request, reply) => {
    const { id } = idSchema.parse(request.params);
    await changedChat(world, id, request.query, [stopping, hangUp(reply)]);
    return groupView(world, id);
  });
}

function groupView({ chats }: World, id: number): GroupView {
  const group = chats.group(id);
  if (!group) throw new Impossible(`there is no group ${id}`);
  const { version, messages } = chats.chat(id);
  return { group, version, messages: [...messages.values()] };
}
