import { z } from 'zod';

/** A simulated person. `started` means they once wrote to the bot, so the bot may write to them. */
export const personSchema = z.object({
  id: z.int().positive(),
  first_name: z.string().min(1).max(64),
  last_name: z.string().max(64).optional(),
  username: z.string().max(32).optional(),
  language_code: z.string().max(16).optional(),
  started: z.boolean(),
  blocked: z.boolean(),
  deactivated: z.boolean(),
});
export type Person = z.infer<typeof personSchema>;

/** What one has to say to create a person; an absent id is chosen by the simulator. */
export const newPersonSchema = personSchema.partial().extend({
  first_name: z.string().trim().min(1).max(64).optional(),
});
export type NewPerson = z.infer<typeof newPersonSchema>;

/** The people of a fresh simulator. The names say what they are for. */
export const DEFAULT_PEOPLE: readonly NewPerson[] = [
  { id: 1001, first_name: 'Alex (en)', username: 'alex_en', language_code: 'en' },
  { id: 1002, first_name: 'Мария (ru)', username: 'maria_ru', language_code: 'ru' },
  { id: 1003, first_name: 'Sam (de)', username: 'sam_de', language_code: 'de' },
];

/** Telegram's User of a person. */
export function userOf(person: Person) {
  const { id, first_name, last_name, username, language_code } = person;
  return { id, is_bot: false, first_name, last_name, username, language_code };
}

/** Telegram's private Chat with a person; its id equals the person's. */
export function chatOf(person: Person) {
  const { id, first_name, last_name, username } = person;
  return { id, type: 'private', first_name, last_name, username };
}
