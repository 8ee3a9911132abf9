import type { Step } from '#services/bot/conversation/step.ts';
import type { Conversation } from './fixture.ts';

/** Taps a button that a step really shows, by a part of its label. */
export function pressIn(conversation: Conversation, shown: Step, label: string): Step {
  const buttons = conversation
    .seen(shown)
    .flatMap(({ reply_markup: markup }) =>
      markup && 'inline_keyboard' in markup ? markup.inline_keyboard.flat() : [],
    );
  const found = buttons.find(({ text }) => text.includes(label));
  if (!found || !('callback_data' in found))
    throw new Error(`no button “${label}” among ${buttons.map(({ text }) => text).join(' | ')}`);
  return conversation.tap(found.callback_data);
}
