import { files } from './fluent-file.ts';
import { renderings } from './sample-values.ts';

/*
 * Every text in both languages with real values, to be read aloud:
 * `npx node test/services/platform/messages/texts/review-sheet.ts [beginning of a key]`
 */

const [, , beginning = ''] = process.argv;
const [first, ...others] = files;

for (const { key } of first?.texts ?? []) {
  if (!key.startsWith(beginning)) continue;
  console.log(`\n${key}`);
  for (const { locale, texts } of [first, ...others].flatMap((file) => file ?? [])) {
    const text = texts.find((each) => each.key === key);
    // What a hostile name does is for the tests; here it would only be read twice.
    for (const rendered of text ? renderings(locale, text).filter((each) => !each.includes('<b>')) : [])
      console.log(`  ${locale}  ${rendered.replaceAll('\n', '\n      ')}`);
  }
}
