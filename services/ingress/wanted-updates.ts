/** The kinds of update the bot handles. Telegram keeps back all others when it is told so. */
export const WANTED_UPDATES = [
  'message',
  'callback_query',
  'my_chat_member',
  'pre_checkout_query',
  'subscription',
] as const;
