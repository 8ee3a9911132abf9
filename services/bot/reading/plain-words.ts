/** What was typed, so that patterns can be matched: lower case, one kind of spaces, dashes and ё, nothing invisible. */
export function plainWords(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[‐-―−]/gu, '-')
    .replace(/\s+/gu, ' ')
    .replace(/[!?]+$/u, '')
    .trim();
}
