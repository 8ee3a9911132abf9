import type { SchemaElement } from 'hyparquet';

/** What a column holds; any but `required` ones may be null. `json` is text that is JSON. */
type ColumnKind = 'integer' | 'instant' | 'text' | 'json';
export type Column = { name: string; kind: ColumnKind; required?: true };

/** Of every message, whatever is in it. */
const ABOUT: readonly Column[] = [
  { name: 'sequence', kind: 'integer', required: true },
  { name: 'stored_at', kind: 'instant', required: true },
  { name: 'subject', kind: 'text', required: true },
  { name: 'partition', kind: 'integer' },
  { name: 'user_id', kind: 'integer' },
];

/** Null in all columns between means that the message cannot be read: `problem` says why, and the last column has its text. */
export const COLUMNS = {
  EVENTS: [
    ...ABOUT,
    { name: 'aggregate_id', kind: 'text' },
    { name: 'type', kind: 'text' },
    { name: 'version', kind: 'integer' },
    { name: 'id', kind: 'text' },
    { name: 'correlation_id', kind: 'text' },
    { name: 'causation_id', kind: 'text' },
    { name: 'at', kind: 'instant' },
    { name: 'problem', kind: 'text' },
    { name: 'data', kind: 'json', required: true },
  ],
  DELIVERIES: [
    ...ABOUT,
    { name: 'outcome', kind: 'text' },
    { name: 'reason', kind: 'text' },
    { name: 'tier', kind: 'text' },
    { name: 'minute', kind: 'instant' },
    { name: 'at', kind: 'instant' },
    { name: 'lateness_ms', kind: 'integer' },
    { name: 'telegram_message_id', kind: 'integer' },
    { name: 'broadcast_id', kind: 'text' },
    { name: 'problem', kind: 'text' },
    { name: 'occurrences', kind: 'json', required: true },
  ],
} as const satisfies Record<string, readonly Column[]>;

/** Integers are 64 bits, instants milliseconds in UTC, texts UTF-8. */
export function parquetSchema(columns: readonly Column[]): SchemaElement[] {
  return [
    { name: 'messages', num_children: columns.length },
    ...columns.map(({ name, kind, required }): SchemaElement => {
      const repetition_type = required ? 'REQUIRED' : 'OPTIONAL';
      if (kind === 'integer') return { name, type: 'INT64', repetition_type };
      if (kind !== 'instant')
        return {
          name,
          type: 'BYTE_ARRAY',
          converted_type: 'UTF8',
          logical_type: { type: 'STRING' },
          repetition_type,
        };
      const logical_type = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } as const;
      return { name, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', logical_type, repetition_type };
    }),
  ];
}
