import { expect, test } from 'vitest';
import type { Locale } from '#contracts/account-events.ts';
import { type FluentFile, files, type Text } from './fluent-file.ts';
import { HOUSE_STYLE, LONGEST } from './house-style.ts';
import { renderings } from './sample-values.ts';

/** What numbers need in a language: 1, 2, 5 and 1.5. */
const CATEGORIES: Readonly<Record<Locale, { named: readonly string[]; otherwise: string }>> = {
  en: { named: ['one'], otherwise: 'other' },
  ru: { named: ['one', 'few', 'many'], otherwise: 'other' },
};

/** Of each file, what is wrong with its texts as `key: problem`. */
function problems(of: (text: Text, file: FluentFile) => readonly (string | false)[]): string[] {
  return files.flatMap((file) =>
    file.texts.flatMap((text) =>
      of(text, file).flatMap((problem) => (problem ? [`${file.locale}.ftl ${text.key}: ${problem}`] : [])),
    ),
  );
}

test('both languages have the same texts with the same variables', () => {
  const [en, ru] = files.map(({ texts }) => new Map(texts.map(({ key, variables }) => [key, variables])));
  expect(en?.size).toBeGreaterThan(200);
  expect(Object.fromEntries(ru ?? [])).toEqual(Object.fromEntries(en ?? []));
});

test('no key stands twice, and no line is left out by the parser', () => {
  for (const { locale, source, texts } of files) {
    const keys = [...source.matchAll(/^(-?[a-zA-Z][\w-]*) *=/gm)].map(([, key]) => key ?? '');
    expect(
      keys.filter((key, index) => keys.indexOf(key) !== index),
      `twice in ${locale}.ftl`,
    ).toEqual([]);
    const read = new Set(texts.map(({ key }) => key.split('.')[0]));
    expect(
      keys.filter((key) => !key.startsWith('-') && !read.has(key)),
      `broken in ${locale}.ftl`,
    ).toEqual([]);
    // Such a line ends its message, and is not shown.
    const stray = source.split('\n').filter((line) => !/^($|#| +\S|[}\])]|-?[a-zA-Z][\w-]* *=)/.test(line));
    expect(stray, `lines of no text in ${locale}.ftl`).toEqual([]);
  }
});

test('every text renders with real values', () => {
  const found = problems((text, { locale }) => {
    try {
      return renderings(locale, text).flatMap((rendered) => [
        /[{}]/.test(rendered) && `braces are shown: ${rendered}`,
        rendered.trim() === '' && 'nothing is shown',
        / {2}|[^\S\n]\n|\s$/.test(rendered) && `spaces too many: ${JSON.stringify(rendered)}`,
      ]);
    } catch (error) {
      return [`${error instanceof Error ? (error.cause ?? error) : error}`];
    }
  });
  expect(found).toEqual([]);
});

test('every text fits where it is shown', () => {
  const found = problems((text, { locale }) =>
    renderings(locale, text).map((rendered) => {
      const { most, why } = LONGEST.find(({ of }) => of.test(text.key)) ?? { most: 0, why: '' };
      return rendered.length > most && `${rendered.length} characters, ${most} at most (${why}): ${rendered}`;
    }),
  );
  expect(found).toEqual([]);
});

test('every choice by number has all forms of its language', () => {
  const found = problems(({ plurals }, { locale }) =>
    plurals.flatMap(({ variable, named, otherwise }) => {
      const needed = CATEGORIES[locale];
      const absent = [...needed.named, needed.otherwise].filter((category) => !named.includes(category));
      return [
        absent.length > 0 && `$${variable} lacks ${absent.map((category) => `[${category}]`).join(' ')}`,
        otherwise !== needed.otherwise && `$${variable}: the default is *[${needed.otherwise}], for 1.5`,
      ];
    }),
  );
  expect(found).toEqual([]);
});

test('every text is written in the style of its language', () => {
  const found = problems((text, { locale }) =>
    HOUSE_STYLE[locale]
      .map(({ unwanted, say, except = [] }) => {
        if (except.includes(text.key)) return false;
        const [rendered = ''] = renderings(locale, text).map((each) => each.replaceAll(/<.*`/g, ''));
        const match = unwanted.exec(rendered);
        return match && `“${match[0]}”: say ${say}`;
      })
      .map((problem) => problem ?? false),
  );
  expect(found).toEqual([]);
});
