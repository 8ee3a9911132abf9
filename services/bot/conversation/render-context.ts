import type {
  InlineKeyboardButton,
  InlineKeyboardMarkup,
  ReplyKeyboardMarkup,
  ReplyKeyboardRemove,
} from 'grammy/types';
import type { Locale } from '#contracts/account-events.ts';
import type { RichText } from '#services/platform/messages/i18n/rich-text.ts';
import type { Translate } from '#services/platform/messages/i18n/translator.ts';
import type { Picture } from '#services/platform/pictures/picture.ts';
import type { Places } from '../features/timezone/places.ts';
import type { Person } from '../person.ts';
import { type Tap, tapData } from './taps.ts';

/** What a screen is rendered from. */
export type RenderContext = {
  t: Translate;
  locale: Locale;
  person: Person;
  places: Places;
  /** Where the calendar page is; absent where there is none. */
  appUrl?: string | undefined;
};

/** A screen's text, in which formatting is still marked up, and its buttons. */
export type View = {
  text: string;
  buttons?: InlineKeyboardButton[][];
  keyboard?: ReplyKeyboardMarkup | ReplyKeyboardRemove;
  /** The text is its caption then. */
  picture?: Picture;
};

/** What a caption may have, in UTF-16 code units. */
export const LONGEST_CAPTION = 1024;

/** A message ready to go. An edit takes inline keyboards only. */
export type Rendered = RichText & {
  reply_markup?: InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove;
  picture?: Picture;
};

export const button = (text: string, tap: Tap): InlineKeyboardButton => ({
  text,
  callback_data: tapData(tap),
});

/** A row with the button that opens the calendar page, where there is one. */
export const calendarRows = ({ t, appUrl }: RenderContext): InlineKeyboardButton[][] =>
  appUrl === undefined ? [] : [[{ text: t('button-calendar'), web_app: { url: appUrl } }]];

/** Lines with something in them, one under the other. */
export const lines = (...parts: (string | false | undefined)[]): string => parts.filter(Boolean).join('\n');

/** Paragraphs with something in them. */
export const paragraphs = (...parts: (string | false | undefined)[]): string =>
  parts.filter(Boolean).join('\n\n');

/** Buttons in rows of `width`. */
export function inRows<T>(items: readonly T[], width: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / width) }, (_, row) =>
    items.slice(row * width, (row + 1) * width),
  );
}

export type Page<T> = { items: T[]; page: number; pages: number };

/** The page asked for (from 0), or the nearest there is: lists shrink while old buttons remain. */
export function pageOf<T>(items: readonly T[], asked: number, size: number): Page<T> {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const page = Math.min(Math.max(0, asked), pages - 1);
  return { items: items.slice(page * size, (page + 1) * size), page, pages };
}

/** `‹ 2/5 ›`, or nothing for a single page. */
export function pageButtons({ page, pages }: Page<unknown>, tapOf: (page: number) => Tap) {
  if (pages === 1) return [];
  const previous = (page + pages - 1) % pages;
  const following = (page + 1) % pages;
  return [
    [
      button('‹', tapOf(previous)),
      button(`${page + 1}/${pages}`, tapOf(page)),
      button('›', tapOf(following)),
    ],
  ];
}
