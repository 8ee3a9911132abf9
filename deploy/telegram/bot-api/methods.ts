import type { Answer, Call, Method } from './call.ts';
import {
  deleteMessage,
  editMessageCaption,
  editMessageMedia,
  editMessageReplyMarkup,
  editMessageText,
} from './editing.ts';
import { answerCallbackQuery, getChat, getFile, getMe, leaveChat } from './information.ts';
import {
  answerPreCheckoutQuery,
  createInvoiceLink,
  editUserStarSubscription,
  getStarTransactions,
  refundStarPayment,
} from './payments.ts';
import { deleteWebhook, getUpdates, getWebhookInfo, setWebhook } from './receiving.ts';
import { sendChatAction, sendDocument, sendMessage, sendPhoto } from './sending.ts';
import {
  deleteMyCommands,
  getChatMenuButton,
  getMyCommands,
  getWording,
  setChatMenuButton,
  setMyCommands,
  setWording,
} from './settings.ts';

const METHODS: Readonly<Record<string, Method>> = {
  sendMessage: counting(sendMessage),
  sendPhoto: counting(sendPhoto),
  sendDocument: counting(sendDocument),
  editMessageText: counting(editMessageText),
  editMessageMedia: counting(editMessageMedia),
  editMessageCaption: counting(editMessageCaption),
  editMessageReplyMarkup: counting(editMessageReplyMarkup),
  deleteMessage: free(deleteMessage),
  sendChatAction: free(sendChatAction),
  answerCallbackQuery: free(answerCallbackQuery),
  createInvoiceLink: free(createInvoiceLink),
  answerPreCheckoutQuery: free(answerPreCheckoutQuery),
  editUserStarSubscription: free(editUserStarSubscription),
  refundStarPayment: free(refundStarPayment),
  getStarTransactions: free(getStarTransactions),
  getMe: free(getMe),
  getChat: free(getChat),
  getFile: free(getFile),
  leaveChat: free(leaveChat),
  getUpdates: free(getUpdates),
  setWebhook: free(setWebhook),
  deleteWebhook: free(deleteWebhook),
  getWebhookInfo: free(getWebhookInfo),
  setMyCommands: free(setMyCommands),
  getMyCommands: free(getMyCommands),
  deleteMyCommands: free(deleteMyCommands),
  setMyName: setWording('name', 'name', 64),
  getMyName: getWording('name', 'name'),
  setMyDescription: setWording('description', 'description', 512),
  getMyDescription: getWording('description', 'description'),
  setMyShortDescription: setWording('shortDescription', 'short_description', 120),
  getMyShortDescription: getWording('shortDescription', 'short_description'),
  setChatMenuButton: free(setChatMenuButton),
  getChatMenuButton: free(getChatMenuButton),
};

/** Telegram takes method names in any case. */
const BY_LOWER_CASE: ReadonlyMap<string, readonly [string, Method]> = new Map(
  Object.entries(METHODS).map(([name, method]) => [name.toLowerCase(), [name, method]]),
);

/** The method's proper name and itself; undefined when Telegram has none we know of. */
export function findMethod(name: string): readonly [string, Method] | undefined {
  return BY_LOWER_CASE.get(name.toLowerCase());
}

/** Sends and edits spend the sending limits. */
function counting(run: (call: Call) => Answer): Method {
  return { counts: true, run };
}

function free(run: (call: Call) => Answer | Promise<Answer>): Method {
  return { counts: false, run };
}
