const LATIN: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  ґ: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  є: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  і: 'i',
  ї: 'i',
  й: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ў: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ъ: '',
  ы: 'i',
  ь: '',
  э: 'e',
  ю: 'iu',
  я: 'ia',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ə: 'a',
};

/**
 * What is left of a place name when spelling habits are taken away: `Екатеринбург`, `Yekaterinburg` and
 * `ekaterinburg` are the same, so are `Нижний Новгород` and `Nizhny Novgorod`. Compare skeletons only with skeletons.
 * The keys of the gazetteer are skeletons: build it again after a change.
 */
export function skeleton(name: string): string {
  return [...name.normalize('NFKD').toLowerCase()]
    .map((letter) => LATIN[letter] ?? letter)
    .join('')
    .replace(/\p{M}/gu, '')
    .replace(/['’ʼʹʻ‘`.,]/gu, '')
    .replace(/[-‐-―\s]+/gu, ' ')
    .replace(/\bsaint\b/g, 'st')
    .replace(/[jy]/g, 'i')
    .replace(/ie/g, 'e')
    .replace(/kh/g, 'h')
    .replace(/(.)\1+/gu, '$1')
    .trim();
}
