/** A state of the USA or a province of Canada; `geoNames` is its code there, the same as its usual one in the USA. */
export type State = {
  country: 'US' | 'CA';
  code: string;
  geoNames: string;
  names: { en: string; ru: string };
};

/** Names of the states of the USA in Russian, by their codes. */
const RUSSIAN: ReadonlyMap<string, string> = new Map(
  [
    'AL Алабама, AK Аляска, AZ Аризона, AR Арканзас, CA Калифорния, CO Колорадо, CT Коннектикут, DE Делавэр, DC округ Колумбия',
    'FL Флорида, GA Джорджия, HI Гавайи, ID Айдахо, IL Иллинойс, IN Индиана, IA Айова, KS Канзас, KY Кентукки, LA Луизиана, ME Мэн',
    'MD Мэриленд, MA Массачусетс, MI Мичиган, MN Миннесота, MS Миссисипи, MO Миссури, MT Монтана, NE Небраска, NV Невада',
    'NH Нью-Гэмпшир, NJ Нью-Джерси, NM Нью-Мексико, NY Нью-Йорк, NC Северная Каролина, ND Северная Дакота, OH Огайо, OK Оклахома',
    'OR Орегон, PA Пенсильвания, RI Род-Айленд, SC Южная Каролина, SD Южная Дакота, TN Теннесси, TX Техас, UT Юта, VT Вермонт',
    'VA Виргиния, WA Вашингтон, WV Западная Виргиния, WI Висконсин, WY Вайоминг',
  ].flatMap((line) => line.split(', ').map((each) => [each.slice(0, 2), each.slice(3)] as const)),
);

/** Provinces and territories of Canada: their usual code, that of GeoNames, and their names. */
const CANADIAN = [
  'AB 01 Alberta/Альберта, BC 02 British Columbia/Британская Колумбия, MB 03 Manitoba/Манитоба, NB 04 New Brunswick/Нью-Брансуик',
  'NL 05 Newfoundland and Labrador/Ньюфаундленд и Лабрадор, NS 07 Nova Scotia/Новая Шотландия, ON 08 Ontario/Онтарио',
  'PE 09 Prince Edward Island/Остров Принца Эдуарда, QC 10 Québec/Квебек, SK 11 Saskatchewan/Саскачеван, YT 12 Yukon/Юкон',
  'NT 13 Northwest Territories/Северо-Западные территории, NU 14 Nunavut/Нунавут',
].flatMap((line) => line.split(', '));

/** @param american the states of the USA as GeoNames has them */
export function allStates(american: readonly { code: string; name: string }[]): State[] {
  const usa = american.map(({ code, name }): State => {
    return { country: 'US', code, geoNames: code, names: { en: name, ru: RUSSIAN.get(code) ?? name } };
  });
  const canada = CANADIAN.map((each): State => {
    const [, code = '', geoNames = '', en = '', ru = ''] = /^(..) (..) (.+)\/(.+)$/.exec(each) ?? [];
    return { country: 'CA', code, geoNames, names: { en, ru } };
  });
  return [...usa, ...canada];
}
