import { TypedText } from '#services/bot/reading/typed-text.ts';

/** As if a person had typed it. */
export const typed = (text: string): TypedText => TypedText.parse(text);
