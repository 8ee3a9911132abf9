const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/**
 * All keys that one slip of a finger away from a key: a letter left out, put in, mistaken, or two exchanged. About 54 for
 * each letter of the key.
 */
export function* nearKeys(key: string): Generator<string> {
  for (let at = 0; at <= key.length; at++) {
    const before = key.slice(0, at);
    const behind = key.slice(at);
    const rest = behind.slice(1);
    for (const letter of LETTERS) yield before + letter + behind;
    if (behind === '') return;
    yield before + rest;
    for (const letter of LETTERS) if (letter !== behind[0]) yield before + letter + rest;
    if (rest !== '') yield before + rest[0] + behind[0] + rest.slice(1);
  }
}
