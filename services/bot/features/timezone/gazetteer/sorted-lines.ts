const NEW_LINE = 0x0a;
const TAB = 0x09;

/** Lines of a key, a tab and a value, in the order of the keys' bytes, looked up where they lie. */
export type SortedLines = {
  valueOf(key: string): string | undefined;
  /** Values of at most `most` keys that begin so. */
  valuesFrom(key: string, most: number): string[];
};

/** @param from where the first line begins; the last one is at the end, with its line break. */
export function sortedLines(bytes: Buffer, from: number): SortedLines {
  /** Where the first line begins whose key is not less than `wanted`. */
  function firstNotLess(wanted: Buffer): number {
    let low = from;
    let high = bytes.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const line = Math.max(low, bytes.lastIndexOf(NEW_LINE, middle - 1) + 1);
      const isLess = bytes.compare(wanted, 0, wanted.length, line, bytes.indexOf(TAB, line)) < 0;
      if (isLess) low = bytes.indexOf(NEW_LINE, line) + 1;
      else high = line;
    }
    return low;
  }

  const beginsWith = (line: number, wanted: Buffer): boolean =>
    line < bytes.length && bytes.compare(wanted, 0, wanted.length, line, line + wanted.length) === 0;

  const valueAt = (line: number): string =>
    bytes.toString('utf8', bytes.indexOf(TAB, line) + 1, bytes.indexOf(NEW_LINE, line));

  return {
    valueOf(key) {
      const wanted = Buffer.from(key);
      const line = firstNotLess(wanted);
      return beginsWith(line, wanted) && bytes[line + wanted.length] === TAB ? valueAt(line) : undefined;
    },
    valuesFrom(key, most) {
      const wanted = Buffer.from(key);
      const values: string[] = [];
      let line = firstNotLess(wanted);
      while (values.length < most && beginsWith(line, wanted)) {
        values.push(valueAt(line));
        line = bytes.indexOf(NEW_LINE, line) + 1;
      }
      return values;
    },
  };
}
