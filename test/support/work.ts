/** What `run` returned, and how many characters were looked at on the way. */
export type Worked<T> = { result: T; characters: number };

/** Built-in functions that go through their whole text once; `split` by a pattern counts through `exec`. */
const WHOLE = ['normalize', 'toLowerCase', 'toUpperCase', 'trim', 'split', 'replaceAll', 'includes'] as const;

/**
 * Counts the characters that built-in functions of texts and patterns are given while `run` runs: a measure of work that
 * a busy machine does not change. A pattern counts from where it begins to look to where its match ends, or to the end of
 * the text if there is none, which is what it looks at unless it goes back.
 */
export function workOf<T>(run: () => T): Worked<T> {
  let characters = 0;
  const restore = [
    ...WHOLE.map((name) =>
      watch(String.prototype, name, (text: string, result) => {
        characters += text.length + (typeof result === 'string' ? result.length : 0);
      }),
    ),
    ...(['slice', 'substring'] as const).map((name) =>
      watch(String.prototype, name, (_text: string, result) => {
        characters += String(result).length;
      }),
    ),
    watch(String.prototype, Symbol.iterator, (text: string) => {
      characters += text.length;
    }),
    watchExec((count) => {
      characters += count;
    }),
  ];
  try {
    return { result: run(), characters };
  } finally {
    for (const each of restore) each();
  }
}

function watch<K extends PropertyKey, This>(
  prototype: Record<K, (...args: never[]) => unknown>,
  name: K,
  seen: (on: This, result: unknown) => void,
): () => void {
  const original = prototype[name];
  const replaceBy = (value: unknown) =>
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
  replaceBy(function (this: This, ...args: never[]) {
    const result = Reflect.apply(original, this, args);
    seen(this, result);
    return result;
  });
  return () => replaceBy(original);
}

/** Every use of a pattern, `replace`, `matchAll` and `test` too, comes through `exec` as soon as that is replaced. */
function watchExec(seen: (count: number) => void): () => void {
  const original = RegExp.prototype.exec;
  const replaceBy = (value: typeof original) =>
    Object.defineProperty(RegExp.prototype, 'exec', { value, configurable: true, writable: true });
  replaceBy(function (this: RegExp, text: string) {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const match = Reflect.apply(original, this, [text]);
    const isSticky = this.sticky && match === null;
    seen(match ? match.index + match[0].length - from : isSticky ? 1 : Math.max(0, text.length - from));
    return match;
  });
  return () => replaceBy(original);
}
