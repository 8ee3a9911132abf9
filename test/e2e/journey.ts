import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';

/*
 * What a person does in the chat, step by step, in English. Each step waits for the bot's answer to the one before.
 */

/** An answer may have to wait until a killed process has been started again. */
const PATIENCE = { timeoutMs: 60_000 };

/** All people of these tests live in UTC, so that a reminder's local time is the server's. */
export async function register(person: SimulatedPerson): Promise<void> {
  await person.say('/start');
  await person.waitForMessage(({ text }) => has(text, 'where are you?'), PATIENCE);
  await person.say('UTC');
  await person.waitForMessage(({ text }) => has(text, 'What habit'), PATIENCE);
}

/** `/new` in one line. Resolves with the id of the message that asks for confirmation. */
export async function describeHabit(person: SimulatedPerson, name: string, at: string): Promise<number> {
  await person.say(`/new ${name} every day at ${at}`);
  const { message_id } = await person.waitForMessage(
    ({ text }) => has(text, 'Does this look right?'),
    PATIENCE,
  );
  return message_id;
}

export async function confirmHabit(person: SimulatedPerson, confirming: number): Promise<void> {
  await person.tap(confirming, { button: 'Create' });
  await person.waitForEdit(confirming, ({ text }) => has(text, 'is set up!'), PATIENCE);
}

export async function makeHabit(person: SimulatedPerson, name: string, at: string): Promise<void> {
  await confirmHabit(person, await describeHabit(person, name, at));
}

/** Resolves with the reminder's message id once it has come. */
export async function awaitReminder(person: SimulatedPerson, name: string, waitMs: number): Promise<number> {
  const { message_id } = await person.waitForMessage(({ text }) => isReminder(text, name), {
    timeoutMs: waitMs,
  });
  return message_id;
}

/** Taps Later under a reminder that was not edited yet, and types for how long. */
export async function snooze(person: SimulatedPerson, reminder: number, words: string): Promise<void> {
  await person.tap(reminder, { button: 'Later' });
  await person.waitForEdit(reminder, undefined, PATIENCE);
  await person.say(words);
  await person.waitForMessage(({ text }) => has(text, 'remind you again'), PATIENCE);
}

/** Taps Done and resolves with the edited message's text. */
export async function tapDone(person: SimulatedPerson, reminder: number): Promise<string> {
  await person.tap(reminder, { button: 'Done' });
  const edited = await person.waitForEdit(reminder, ({ text }) => has(text, '✅'), PATIENCE);
  return edited.text ?? '';
}

/** How many reminders of that habit this person has, also those under which Done was tapped. */
export async function remindersOf(person: SimulatedPerson, name: string): Promise<number> {
  const { messages } = await person.chat();
  return messages.filter(({ from, text }) => from.is_bot && isReminder(text, name)).length;
}

/** `HH:MM` in UTC of the first minute that begins at least `aheadMs` from now. */
export function minuteAhead(aheadMs: number): { at: string; beginsMs: number } {
  const beginsMs = Math.ceil((Date.now() + aheadMs) / 60_000) * 60_000;
  return { at: new Date(beginsMs).toISOString().slice(11, 16), beginsMs };
}

const has = (text: string | undefined, part: string): boolean => text?.includes(part) ?? false;

/** A reminder as it was sent, or as it was edited after Done. */
function isReminder(text: string | undefined, name: string): boolean {
  return text?.startsWith(`⏰ ${name}`) || text?.startsWith(`✅ ${name}`) || false;
}
