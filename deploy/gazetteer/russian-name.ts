import { skeleton } from '#services/bot/features/timezone/skeleton.ts';

/** Words that other languages of Russia and its neighbours put behind a name: `Париж ош`, `Чикаго шаары`. */
const OTHER_WORDS = /(?:^| )(?:ош|ошсь|хот|шаары|куорат|шахри|виль)(?:$| )/iu;
const RUSSIAN = /^[А-ЯЁ][А-Яа-яЁё\- ]+$/u;

/** Second elements that stand in small letters inside a Russian name. */
const INNER = /^(?:на|де|да|ду|дель|дос|ла|лас|лос|ле|эль|эс|ан|ам|и|аль|ар|дер|ден)$/u;

const AT_HOME: readonly string[] = ['RU', 'BY', 'KZ', 'KG'];

type City = { name: string; country: string; names: readonly string[] };

/**
 * The Russian one among a city's names, which GeoNames gives without their languages: Bulgarian, Tatar and a dozen others
 * use the same letters. Where several are left, the one that follows the habits of Russian spelling most is taken.
 * @param known names that are surely Russian
 */
export function russianName(city: City, known: ReadonlySet<string>): string | undefined {
  const spelledWell = city.names.filter(
    (name) => RUSSIAN.test(name) && (known.has(name) || (!OTHER_WORDS.test(name) && !hasOddCase(name))),
  );
  const transcribed = spelledWell.filter((name) => skeleton(name) === skeleton(city.name));
  // At home a city's English name is a transcription of the Russian one; others are older names.
  const candidates = AT_HOME.includes(city.country) && transcribed.length > 0 ? transcribed : spelledWell;
  const named = city.country === 'RU' ? candidates : [...candidates, ...spelledWell];
  const sure = named.find((name) => known.has(name));
  if (sure) return sure;
  const [best] = candidates
    .map((name) => ({ name, score: score(name, city) }))
    .sort((a, b) => b.score - a.score || a.name.localeCompare(b.name, 'ru'));
  return best?.name;
}

/** `Новий тайбей` is a phrase, `Ростов-на-Дону` a name. */
const hasOddCase = (name: string) =>
  name.split(/[ -]/u).some((word, place) => place > 0 && /^[а-яё]/u.test(word) && !INNER.test(word));

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

function score(name: string, { name: latin, country }: City): number {
  const plain = latin.normalize('NFKD').toLowerCase();
  const russian = name.toLowerCase();
  const chinese = country === 'CN' || country === 'TW';
  const home = AT_HOME.includes(country);
  let points = 0;
  points -= 5 * count(russian, /ъ(?![еёюяо])|ъ$/gu);
  points -= chinese ? 0 : count(russian, /(?<=[бвгджзклмнпрстфхцчшщ])э/gu);
  points -= Math.abs(count(plain, home ? /(?<!y)o/gu : /o/gu) - count(russian, home ? /[ою]/gu : /[оёю]/gu));
  points -= 0.7 * Math.abs(count(plain, /a/gu) - count(russian, /[ая]/gu));
  points -=
    ['RU', 'BY', 'UA', 'KZ', 'PL', 'KG'].includes(country) || chinese ? 0 : 0.8 * count(russian, /ы/gu);
  points -= Math.abs(count(plain, /([bcdfgklmnprstz])\1/gu) - count(russian, /([бвгдзклмнпрст])\1/gu));
  points += 0.6 * count(russian, /ль(?=[бвгджзкмнпрстфхцчш]|$)/gu);
  points += 0.4 * count(russian, /[аеоиуя]й(?=[^аеоиуя]|$)|ия$|ье|ью/gu);
  points += home ? homeScore(russian, plain) : 0;
  points += plain.startsWith('e') && russian.startsWith('э') ? 0.4 : 0;
  points += /[ -]/.test(latin) && name.includes('-') ? 1 : 0;
  points += chinese ? count(russian, /чж|цз|нь|ань|чэ|шэ|жэ/gu) - count(russian, /дж|нг|дз|тш/gu) : 0;
  return points;
}

/** Where names are Russian ones, Ukrainian and Bulgarian spellings of them are told apart: `Хабаровськ`, `Люберци`. */
function homeScore(russian: string, latin: string): number {
  let points = 0;
  points -= 3 * count(russian, /[сзц]ьк|ць(?=$|[ -])/gu);
  points -= count(russian, /ци(?=$|[ -])|тс(?=[аеиоуы]|$|[ -])|[жшчщ]ы/gu) + 0.2 * count(russian, /тск/gu);
  points -= 0.5 * Math.abs(count(latin, /i/gu) - count(russian, /и/gu));
  points += 0.5 * count(russian, /ый|щ|ь(?=$|[ -])|ь(?=[еёюяи])/gu);
  return points;
}
