/*
 * Units that make a number an amount without any other word: `8 glasses`, `20 страниц`. A number before another word may
 * belong to the name, as in `Windows 10 cleanup`.
 */

const ENGLISH =
  'glass(?:es)?|cups?|mugs?|bottles?|cans?|shots?|drinks?|beers?|pages?|chapters?|lines?|words?|articles?|lessons?|cards?|flashcards|' +
  'problems?|tasks?|exercises?|sets?|reps?|laps?|rounds?|breaths?|floors?|stairs|steps?|times?|push-?ups?|pull-?ups?|sit-?ups?|' +
  'squats?|crunches|burpees|km|kms|kilomet(?:er|re)s?|m|met(?:er|re)s?|mi|miles?|min|mins|minutes?|h|hrs?|hours?|sec|secs|seconds?|' +
  'ml|l|lit(?:er|re)s?|oz|ounces?|g|grams?|kg|kcal|cals?|calories?|pills?|tablets?|capsules?|drops?|cigarettes?|portions?|servings?|' +
  'fruits?|apples?|eggs?|pomodoros?|songs?|poses?|points?|dollars?|euros?|usd|eur';

const RUSSIAN =
  'стакан(?:а|ов|чик(?:а|ов))?|чаш(?:ка|ки|ек|ку)|круж(?:ка|ки|ек|ку)|бутыл(?:ка|ки|ок|ку)|глот(?:ок|ка|ков)|страниц[ауы]?|стр|' +
  'глав[ауы]?|строк[аиу]?|строч(?:ка|ки|ек)|слов[оа]?|стат(?:ья|ьи|ей)|урок(?:а|ов)?|карточ(?:ка|ки|ек)|задач[аиу]?|задани[ейя]|' +
  'упражнени[ейя]|подход(?:а|ов)?|повтор(?:а|ов|ени[ейя])?|круг(?:а|ов)?|вдох(?:а|ов)?|этаж(?:а|ей)?|ступен(?:ь|и|ек|ей)|шаг(?:а|ов)?|' +
  'раза?|отжимани[ейя]|подтягивани[ейя]|приседани[ейя]|скручивани[ейя]|берпи|км|километр(?:а|ов)?|м|метр(?:а|ов)?|' +
  'мин|минут[ауы]?|минуток|ч|час(?:а|ов)?|сек|секунд[ауы]?|мл|л|литр(?:а|ов)?|г|гр|грамм(?:а|ов)?|кг|ккал|калори[йяи]|' +
  'таблет(?:ка|ки|ок|ку)|капсул[ауы]?|кап(?:ля|ли|ель)|лож(?:ка|ки|ек|ку)|сигарет[ауы]?|порци[яий]|фрукт(?:а|ов)?|яблок[оа]?|' +
  'яиц|яйц[оа]|помидор(?:а|ов)|песн(?:я|и)|песен|поз[ауы]?|балл(?:а|ов)?|руб(?:л[яьейи]{1,2})?';

/** Longer names come first where one begins with another: the pattern around it asks for the end of the word. */
export const KNOWN_UNIT = `${ENGLISH}|${RUSSIAN}|%`;
