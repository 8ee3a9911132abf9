import { z } from 'zod';
import type { Changes } from '../changes.ts';
import type { Person } from '../chats/person.ts';
import type { Journal, JournalEntry } from '../journal.ts';

export const botCommandSchema = z.object({
  command: z.string().regex(/^[a-z0-9_]{1,32}$/),
  description: z.string().min(1).max(256),
});
export type BotCommand = z.infer<typeof botCommandSchema>;

/** What a bot told Telegram about itself. Keys of `commands` are `<scope> <language>`, of the texts the language. */
const profileSchema = z.object({
  webhook: z
    .object({ url: z.string(), secretToken: z.string().optional(), maxConnections: z.int() })
    .optional(),
  allowedUpdates: z.array(z.string()).optional(),
  commands: z.record(z.string(), z.array(botCommandSchema)),
  name: z.record(z.string(), z.string()),
  description: z.record(z.string(), z.string()),
  shortDescription: z.record(z.string(), z.string()),
  menuButtons: z.record(z.string(), z.unknown()),
});
export type Profile = z.infer<typeof profileSchema>;

export type BotProfile = {
  read(): Profile;
  change(change: Partial<Profile>): void;
  restore(entry: JournalEntry): void;
  snapshot(): JournalEntry[];
};

const EMPTY: Profile = { commands: {}, name: {}, description: {}, shortDescription: {}, menuButtons: {} };

export function createProfile(changes: Changes, journal: () => Journal): BotProfile {
  let profile = EMPTY;
  return {
    read: () => profile,
    change(change) {
      profile = { ...profile, ...change };
      journal().append({ kind: 'bot', profile });
      changes.publish({ kind: 'bot' });
    },
    restore(entry) {
      if (entry.kind !== 'bot') return;
      const parsed = profileSchema.safeParse(entry.profile);
      if (parsed.success) profile = parsed.data;
    },
    snapshot: () => [{ kind: 'bot', profile }],
  };
}

export function commandsKey(scope: string, language: string): string {
  return `${scope} ${language}`;
}

/** The commands a person sees in the private chat: the narrowest scope that has any, own language first. */
export function commandsFor(profile: Profile, person: Person): BotCommand[] {
  const language = (person.language_code ?? '').slice(0, 2);
  for (const scope of [`chat:${person.id}`, 'all_private_chats', 'default']) {
    for (const code of [language, '']) {
      const commands = profile.commands[commandsKey(scope, code)];
      if (commands && commands.length > 0) return commands;
    }
  }
  return [];
}

export const menuButtonSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('commands') }),
  z.object({ type: z.literal('web_app'), text: z.string(), web_app: z.object({ url: z.string() }) }),
]);
export type MenuButton = z.infer<typeof menuButtonSchema>;

/** The button beside the field for messages, as a person sees it. */
export function menuButtonFor({ menuButtons }: Profile, person: Person): MenuButton {
  const own = menuButtonSchema.safeParse(menuButtons[String(person.id)]);
  const usual = menuButtonSchema.safeParse(menuButtons['']);
  return own.data ?? usual.data ?? { type: 'commands' };
}

/** A text in the person's language, or the one for all languages. */
export function localised(texts: Record<string, string>, languageCode: string | undefined): string {
  return texts[(languageCode ?? '').slice(0, 2)] || texts[''] || '';
}
