/** Whether `pattern` matches every subject that `subject` matches, which may have wildcards itself. */
export function covers(pattern: string, subject: string): boolean {
  const expected = pattern.split('.');
  const tokens = subject.split('.');
  const rest = expected.indexOf('>');
  if (rest === -1 ? expected.length !== tokens.length : tokens.length <= rest) return false;
  const fixed = rest === -1 ? expected : expected.slice(0, rest);
  return fixed.every((token, i) => token === tokens[i] || (token === '*' && tokens[i] !== '>'));
}
