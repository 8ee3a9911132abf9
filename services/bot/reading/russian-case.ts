/** How words end in oblique cases, each with how the names may end that become so: `в Казани` is `Казань`. */
const CASES: readonly (readonly [oblique: string, names: readonly string[]])[] = [
  ['ском', ['ск', 'ское']],
  ['ове', ['ов', 'ово']],
  ['ево', ['ево']],
  ['ом', ['ый', 'ий', 'ое']],
  ['ем', ['ий', 'ее']],
  ['ой', ['ая', 'ой']],
  ['ого', ['ый', 'ой', 'ое']],
  ['его', ['ий', 'ее']],
  ['ых', ['ые']],
  ['ках', ['ки']],
  ['ах', ['ы', 'и']],
  ['е', ['', 'а', 'ь', 'я', 'о', 'й']],
  ['и', ['ь', 'я', 'ы', 'а', 'и']],
  ['у', ['', 'а']],
  ['ю', ['я', 'ь']],
  ['ы', ['а']],
  ['а', ['']],
  ['я', ['ь', 'й']],
];
const MOST_FORMS = 8;
const LONGEST = 30;
/** Only words that describe the last one are in another case too: `в Нижнем Новгороде`, but `в Нью-Йорке`. */
const DESCRIBING = /(?:ом|ем|ой|ых|ого|его|ове|ском)[ -]$/u;

/**
 * Names that a Russian name in an oblique case may come from, at most {@link MOST_FORMS}.
 * @param name in small letters; of one that is too long or not Russian there are none.
 */
export function uninflected(name: string): string[] {
  if (name.length > LONGEST || !/[а-я]$/u.test(name)) return [];
  const parts = name.split(/(?<=[ -])/u);
  let made = [''];
  parts.forEach((part, at) => {
    const isLast = at === parts.length - 1;
    const options = isLast || DESCRIBING.test(part) ? [...baseForms(part), part] : [part];
    made = made.flatMap((before) => options.map((option) => before + option)).slice(0, MOST_FORMS);
  });
  return made.filter((each) => each !== name);
}

function baseForms(part: string): string[] {
  const sign = part.match(/[ -]$/)?.[0] ?? '';
  const word = part.slice(0, part.length - sign.length);
  const [oblique, names] = CASES.find(([end]) => word.length > end.length + 1 && word.endsWith(end)) ?? [];
  if (oblique === undefined || names === undefined) return [];
  return names.map((each) => word.slice(0, word.length - oblique.length) + each + sign);
}
