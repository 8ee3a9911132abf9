import type { Locale } from '#contracts/account-events.ts';

export type StyleRule = { unwanted: RegExp; say: string; except?: readonly string[] };

/** How each language is written here. An exception names the key of a text. */
export const HOUSE_STYLE: Readonly<Record<Locale, readonly StyleRule[]>> = {
  en: [
    {
      unwanted: /\b(do|does|did|is|are|was|were|has|have|had|would|could|should|will) not\b|\bcannot\b/i,
      say: 'a contraction: don’t, isn’t, can’t',
    },
    {
      unwanted: /\b(I|you|we|they) (am|are|will|have (been|already|\w+ed|done|made|got))\b/i,
      say: 'a contraction: I’m, you’ll',
    },
    {
      unwanted: /\b(it|that|there|here|what|this day|everything) (is|will)\b(?=.*[a-z])(?!\?)/i,
      say: 'a contraction: it’s, that’s',
    },
    { unwanted: /\bshall I\b/i, say: '“should I”: “shall” reads translated' },
    { unwanted: /\w'\w|"/, say: 'typographic marks: ’ and “ ”' },
  ],
  // JavaScript's \b knows no Cyrillic letters.
  ru: [
    { unwanted: /местоположени|локаци/iu, say: '«геопозиция», as Telegram calls it' },
    { unwanted: /пожалуйста.*пожалуйста/isu, say: 'one «пожалуйста» is enough' },
    { unwanted: /"|“|”/, say: 'ёлочки: « »' },
    {
      unwanted:
        /(?<!\p{L})(еще|ее|мое|твое|свое|придет|пройдет|начнем|заведем|займемся|идет|ждет|учтен)(?!\p{L})/iu,
      say: 'it with ё',
    },
    { unwanted: / - /, say: 'a dash, –' },
  ],
};

/** How long a rendered text may be by the beginning of its key: Telegram's limit, or what fits a phone. */
export const LONGEST: readonly { of: RegExp; most: number; why: string }[] = [
  { of: /^(toast|refusal)-/, most: 200, why: 'the answer to a tap' },
  { of: /^command-/, most: 256, why: 'the description of a command' },
  { of: /^placeholder-/, most: 64, why: 'the placeholder of the input' },
  { of: /^bot-short-description/, most: 120, why: 'the bot’s short description' },
  { of: /^bot-description/, most: 512, why: 'the bot’s description' },
  { of: /^(admin-)?button-|^idea-/, most: 40, why: 'a button on a phone' },
  { of: /./, most: 4096, why: 'a message' },
];
