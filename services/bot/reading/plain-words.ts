/** A text as the patterns of this room expect it: lower case, one kind of space, dash and ё, nothing invisible. */
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
