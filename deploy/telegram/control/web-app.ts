import { createHmac, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { menuButtonFor } from '../bot-api/profile.ts';
import { type Person, userOf } from '../chats/person.ts';
import type { World } from '../world.ts';
import { Impossible } from './act.ts';

/** The button of a message by its text, or without one the button beside the field for messages. */
const openingSchema = z.object({
  messageId: z.int().optional(),
  button: z.string().optional(),
  theme: z.record(z.string(), z.string()).default({}),
});
export type Opening = z.input<typeof openingSchema>;

export const openedSchema = z.object({ url: z.string() });

/** Serves `/control/people/<id>/web-app`: the address with which a client would open a Mini App for that person. */
export function webAppRoutes(server: FastifyInstance, world: World, personOf: (id: unknown) => Person): void {
  server.post<{ Params: { id: string } }>('/control/people/:id/web-app', (request) => {
    const person = personOf(request.params);
    const { messageId, button, theme } = openingSchema.parse(request.body ?? {});
    const url =
      messageId === undefined ? menuUrl(world, person) : buttonUrl(world, person, messageId, button);
    return { url: `${url}#${launchParameters(world, person, theme)}` };
  });
}

function menuUrl(world: World, person: Person): string {
  const button = menuButtonFor(world.profile.read(), person);
  if (button.type !== 'web_app') throw new Impossible('the button beside the field opens no Mini App');
  return button.web_app.url;
}

function buttonUrl(world: World, person: Person, messageId: number, label: string | undefined): string {
  const markup = world.chats.chat(person.id).messages.get(messageId)?.reply_markup;
  const buttons = markup?.inline_keyboard?.flat() ?? [];
  const found = buttons.find(({ text, web_app }) => web_app && (label === undefined || text.includes(label)));
  if (!found?.web_app) throw new Impossible(`there is no button "${label ?? ''}" that opens a Mini App`);
  return found.web_app.url;
}

/** What Telegram's clients put behind the address; `tgWebAppData` is signed with a key made from the bot's token. */
function launchParameters({ botToken, clock }: World, person: Person, theme: object): string {
  const { id, first_name, last_name, username, language_code } = userOf(person);
  const fields = {
    query_id: randomUUID(),
    user: JSON.stringify({ id, first_name, last_name, username, language_code, allows_write_to_pm: true }),
    auth_date: String(Math.floor(clock.wallMs() / 1_000)),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  const key = createHmac('sha256', 'WebAppData').update(botToken).digest();
  const hash = createHmac('sha256', key).update(lines.sort().join('\n')).digest('hex');
  return new URLSearchParams({
    tgWebAppData: new URLSearchParams({ ...fields, hash }).toString(),
    tgWebAppVersion: '8.0',
    tgWebAppPlatform: 'web',
    tgWebAppThemeParams: JSON.stringify(theme),
  }).toString();
}
