import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { cancelAsPerson, pay, renew } from '../payments/paying.ts';
import type { World } from '../world.ts';

const idSchema = z.object({ id: z.coerce.number().int() });
const chargeSchema = z.object({ chargeId: z.string() });

/** What came of paying: the charge, or why there is none. */
export const payOutcomeSchema = z.union([
  z.object({ paid: z.literal(true), chargeId: z.string() }),
  z.object({ paid: z.literal(false), error: z.string() }),
]);
export type PayOutcome = z.infer<typeof payOutcomeSchema>;

/** What people do about Stars: pay, and what Telegram and its settings do about a subscription. */
export function paymentRoutes(server: FastifyInstance, world: World): void {
  const personIn = (params: unknown) => {
    const { id } = idSchema.parse(params);
    const person = world.chats.person(id);
    if (!person) throw new Error(`there is no person ${id}`);
    return person;
  };
  server.post('/control/people/:id/pay', (request) =>
    pay(world, personIn(request.params), z.object({ link: z.string() }).parse(request.body).link),
  );
  server.post('/control/people/:id/renew', (request) =>
    renew(world, personIn(request.params), chargeSchema.parse(request.body).chargeId),
  );
  server.post('/control/people/:id/subscription', (request) => {
    const { chargeId, cancelled } = chargeSchema.extend({ cancelled: z.boolean() }).parse(request.body);
    cancelAsPerson(world, personIn(request.params), chargeId, cancelled);
    return {};
  });
  server.get('/control/payments', () => ({ payments: world.payments.payments() }));
}
