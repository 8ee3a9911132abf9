/** Telegram's final word about a call: its code and description. */
export type Refusal = { code: number; description: string };

/**
 * What Telegram answers with 400, as it does for a malformed message, when it is the person who cannot be written to.
 * Nothing but the text tells the two apart. It is compared as a whole: descriptions may quote the message. One that is
 * not known here stops nobody's reminders.
 */
const ABOUT_THE_CHAT = new Set([
  'chat not found',
  'user not found',
  'user is deactivated',
  'peer_id_invalid',
  'user_id_invalid',
  'input_user_deactivated',
]);

/** Whether nothing can be sent to this chat, whatever it is: it is no use to go on reminding. */
export function isChatRefused({ code, description }: Refusal): boolean {
  if (code === 403) return true;
  return code === 400 && ABOUT_THE_CHAT.has(description.replace(/^Bad Request: /i, '').toLowerCase());
}

/** Whether a payment in Stars went back before. Telegram has no code of its own for it. */
export function isAlreadyRefunded({ code, description }: Refusal): boolean {
  return code === 400 && /\bCHARGE_ALREADY_REFUNDED$/.test(description);
}

/** As `reason` of a delivery. */
export const refusalReason = ({ code, description }: Refusal): string => `${code}: ${description}`;

/** The refusal in a failed delivery's `reason`, if that is one. */
export function refusalIn(reason: string): Refusal | undefined {
  const [, code, description] = /^(\d{3}): (.*)$/s.exec(reason) ?? [];
  return code === undefined || description === undefined ? undefined : { code: Number(code), description };
}
