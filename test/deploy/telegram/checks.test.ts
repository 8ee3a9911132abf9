import { describe, expect, it } from 'vitest';
import { withDetectedEntities } from '#deploy/telegram/checks/detect-entities.ts';
import { checkEntities } from '#deploy/telegram/checks/entities.ts';
import { messageText } from '#deploy/telegram/checks/formatted-text.ts';
import type { Parameters } from '#deploy/telegram/checks/parameters.ts';
import { parseHtml } from '#deploy/telegram/checks/parse-html.ts';
import { parseMarkdown } from '#deploy/telegram/checks/parse-markdown.ts';
import { inlineMarkup, replyMarkup } from '#deploy/telegram/checks/reply-markup.ts';

function given(values: Record<string, unknown>): Parameters {
  return { values, files: new Map() };
}

describe('the text of a message', () => {
  it('refuses what Telegram calls empty', () => {
    expect(() => messageText(given({}))).toThrow('Bad Request: message text is empty');
    expect(() => messageText(given({ text: '' }))).toThrow('Bad Request: message text is empty');
    expect(() => messageText(given({ text: ' \n\u200b' }))).toThrow('Bad Request: text must be non-empty');
    expect(() => messageText(given({ text: '<b></b>', parse_mode: 'HTML' }))).toThrow(
      'text must be non-empty',
    );
  });

  it('measures 4096 UTF-16 units after the markup is gone', () => {
    expect(messageText(given({ text: 'a'.repeat(4096) })).text).toHaveLength(4096);
    expect(() => messageText(given({ text: 'a'.repeat(4097) }))).toThrow('Bad Request: message is too long');
    expect(messageText(given({ text: `<b>${'a'.repeat(4096)}</b>`, parse_mode: 'HTML' })).text).toHaveLength(
      4096,
    );
    expect(() => messageText(given({ text: '🌱'.repeat(2049) }))).toThrow('message is too long');
  });

  it('cuts white space at the ends and moves the entities along', () => {
    const text = messageText(
      given({ text: '  hello  ', entities: [{ type: 'bold', offset: 0, length: 7 }] }),
    );
    expect(text).toEqual({ text: 'hello', entities: [{ type: 'bold', offset: 0, length: 5 }] });
  });

  it('refuses an unknown parse mode', () => {
    expect(() => messageText(given({ text: 'a', parse_mode: 'BBCode' }))).toThrow('unsupported parse_mode');
  });
});

describe('given entities', () => {
  it('are refused beyond the end, inside a surrogate pair, or of an unknown type', () => {
    expect(() => checkEntities('hi', [{ type: 'bold', offset: 1, length: 2 }])).toThrow(
      'Bad Request: entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 3',
    );
    expect(() => checkEntities('🌱a', [{ type: 'bold', offset: 1, length: 1 }])).toThrow(
      'entity begins in a middle of a UTF-16 symbol at byte offset',
    );
    expect(() => checkEntities('🌱a', [{ type: 'bold', offset: 0, length: 1 }])).toThrow(
      'entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol',
    );
    expect(() => checkEntities('hi', [{ type: 'sparkle', offset: 0, length: 1 }])).toThrow(
      "can't parse MessageEntity: Unsupported type specified",
    );
    expect(() => checkEntities('hi', [{ type: 'bold', offset: 0.5, length: 1 }])).toThrow(
      "can't parse MessageEntity",
    );
  });

  it('that start before the text or have no length are left out, as Telegram does', () => {
    expect(checkEntities('hi', [{ type: 'bold', offset: -1, length: 1 }])).toEqual([]);
    expect(checkEntities('hi', [{ type: 'bold', offset: 0, length: 0 }])).toEqual([]);
  });

  it('need a usable address for a link', () => {
    const link = (url: string) => [{ type: 'text_link', offset: 0, length: 1, url }];
    expect(checkEntities('x', link('https://example.com/a'))).toHaveLength(1);
    expect(() => checkEntities('x', link('localhost'))).toThrow(
      "entity URL 'localhost' is invalid: Wrong HTTP URL",
    );
  });
});

describe('detection', () => {
  it('finds commands, links, mentions and hashtags, but not inside code', () => {
    const text = '/start https://example.com/a?b=1. @some_bot #habit2 a/b 1/2 `x`';
    expect(
      withDetectedEntities(text, []).map(({ type, offset, length }) => [type, text.substr(offset, length)]),
    ).toEqual([
      ['bot_command', '/start'],
      ['url', 'https://example.com/a?b=1'],
      ['mention', '@some_bot'],
      ['hashtag', '#habit2'],
    ]);
    const code = { type: 'code', offset: 0, length: 6 };
    expect(withDetectedEntities('/start', [code])).toEqual([code]);
  });
});

describe('HTML', () => {
  it('becomes text and entities', () => {
    expect(parseHtml('<b>Hi <i>you</i></b> &lt;3 &#128512;')).toEqual({
      text: 'Hi you <3 😀',
      entities: [
        { type: 'italic', offset: 3, length: 3 },
        { type: 'bold', offset: 0, length: 6 },
      ],
    });
    expect(parseHtml('<a href="https://example.com/?a=1&amp;b=2">x</a>').entities).toEqual([
      { type: 'text_link', offset: 0, length: 1, url: 'https://example.com/?a=1&b=2' },
    ]);
    expect(parseHtml('<pre><code class="language-ts">let a</code></pre>').entities).toEqual([
      { type: 'pre', offset: 0, length: 5, language: 'ts' },
    ]);
    expect(parseHtml('<tg-spoiler>s</tg-spoiler><span class="tg-spoiler">t</span>').entities).toHaveLength(2);
  });

  it.each([
    ['<b>open', `can't parse entities: Can't find end tag corresponding to start tag "b"`],
    ['<blink>x</blink>', `can't parse entities: Unsupported start tag "blink" at byte offset 0`],
    ['é</b>', `can't parse entities: Unexpected end tag at byte offset 2`],
    ['<b>x</i>', `can't parse entities: Unmatched end tag at byte offset 4, expected "</b>", found "</i>"`],
    ['a < b', `can't parse entities: Unclosed start tag at byte offset 2`],
    ['<constructor>x</constructor>', 'Unsupported start tag "constructor" at byte offset 0'],
  ])('%s is refused', (source, refusal) => {
    expect(() => parseHtml(source)).toThrow(refusal);
  });
});

describe('MarkdownV2', () => {
  it('becomes text and entities', () => {
    expect(parseMarkdown('*b* _i_ __u__ ~s~ ||p|| `c` [l](https://example.com/a\\)b) 1\\.5')).toEqual({
      text: 'b i u s p c l 1.5',
      entities: [
        { type: 'bold', offset: 0, length: 1 },
        { type: 'italic', offset: 2, length: 1 },
        { type: 'underline', offset: 4, length: 1 },
        { type: 'strikethrough', offset: 6, length: 1 },
        { type: 'spoiler', offset: 8, length: 1 },
        { type: 'code', offset: 10, length: 1 },
        { type: 'text_link', offset: 12, length: 1, url: 'https://example.com/a)b' },
      ],
    });
    expect(parseMarkdown('```ts\nlet a\n```').entities).toEqual([
      { type: 'pre', offset: 0, length: 6, language: 'ts' },
    ]);
    expect(parseMarkdown('>quoted *x*\n>more\nafter')).toEqual({
      text: 'quoted x\nmore\nafter',
      entities: [
        { type: 'bold', offset: 7, length: 1 },
        { type: 'blockquote', offset: 0, length: 13 },
      ],
    });
  });

  it.each([
    ['*open', "can't parse entities: Can't find end of Bold entity at byte offset 0"],
    ['é _open', "can't parse entities: Can't find end of Italic entity at byte offset 3"],
    ['`open', "can't parse entities: Can't find end of Code entity at byte offset 0"],
    ['[x](open', "can't parse entities: Can't find end of TextUrl entity at byte offset 0"],
    ['Done.', "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"],
    ['a > b', "can't parse entities: Character '>' is reserved and must be escaped with the preceding '\\'"],
  ])('%s is refused', (source, refusal) => {
    expect(() => parseMarkdown(source)).toThrow(refusal);
  });
});

describe('reply markup', () => {
  const inline = (...row: unknown[]) => given({ reply_markup: { inline_keyboard: [row] } });

  it('takes inline keyboards with callback data of 1 to 64 bytes', () => {
    expect(replyMarkup(inline({ text: 'a', callback_data: 'x'.repeat(64) }))).toBeDefined();
    const tooLong = inline({ text: 'a', callback_data: 'ж'.repeat(33) });
    expect(() => replyMarkup(tooLong)).toThrow('Bad Request: BUTTON_DATA_INVALID');
    expect(() => replyMarkup(inline({ text: 'a', callback_data: '' }))).toThrow(
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    );
  });

  it.each([
    ['{', "can't parse reply keyboard markup JSON object"],
    ['[]', 'object expected as reply markup'],
    [{ inline_keyboard: {} }, 'field "inline_keyboard" must be of type Array'],
    [{ inline_keyboard: [{ text: 'a' }] }, 'field "inline_keyboard" must be an Array of Arrays'],
    [{ inline_keyboard: [['a']] }, 'InlineKeyboardButton must be an Object'],
    [{ inline_keyboard: [[{ callback_data: 'a' }]] }, `Can't find field "text"`],
    [{ inline_keyboard: [[{ text: 'a' }]] }, 'Text buttons are unallowed in the inline keyboard'],
    [
      { inline_keyboard: [[{ text: 'a', url: 'nonsense' }]] },
      "inline keyboard button URL 'nonsense' is invalid",
    ],
    [{ keyboard: [[{ text: '' }]] }, 'keyboard button text must be non-empty'],
    [{ keyboard: 'x' }, 'field "keyboard" must be of type Array'],
  ])('%j is refused', (markup, refusal) => {
    expect(() => replyMarkup(given({ reply_markup: markup }))).toThrow(refusal);
  });

  it('takes bare strings as keys and JSON text as markup', () => {
    expect(replyMarkup(given({ reply_markup: '{"keyboard":[["Yes","No"]]}' }))).toEqual({
      keyboard: [[{ text: 'Yes' }, { text: 'No' }]],
    });
  });

  it('of an edit may only be inline', () => {
    expect(() => inlineMarkup(given({ reply_markup: { force_reply: true } }))).toThrow(
      'inline keyboard expected',
    );
  });
});
