/** What may stand where something of ours is expected: it is of no form at all, whatever the place. */
export const GARBAGE: readonly string[] = [
  ...[
    '',
    ' ',
    'null',
    '{}',
    '[]',
    '0',
    '-1',
    '1e400',
    'true',
    '""',
    '"text"',
    '[null]',
    '{"a":1}',
    '{"shape":1}',
  ],
  ...['nonsense', '{', '{"minute":29000000', '{"shape":1,"dialog":', '\0', '\ufffd\u0001', '"\\ud800"'],
  ...['[[[[]]]]', `{"x":"${'x'.repeat(4096)}"}`, '{"__proto__":{"shape":1}}', '{"constructor":null}'],
];

/** `value` with each of its fields in turn taken away, null, of another type, and of a place that is not. */
export function spoilt(value: Record<string, unknown>): string[] {
  const wrong = [undefined, null, 'No/Such_Zone', -1, {}, [1]];
  return Object.keys(value).flatMap((key) =>
    wrong
      .map((each) => JSON.stringify({ ...value, [key]: each }))
      .filter((text) => text !== JSON.stringify(value)),
  );
}
