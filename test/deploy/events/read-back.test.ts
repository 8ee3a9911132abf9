import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { eventSubject } from '#contracts/subjects.ts';
import { asUserId } from '../../support/ids.ts';
import { openDuckDb } from './duckdb.ts';
import { type ExportFixture, filesIn, startExportFixture } from './fixture.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const ask = await openDuckDb();
const pandas = await promisify(execFile)('python3', ['-c', 'import pandas, pyarrow']).then(
  () => true,
  () => false,
);

let fixture: ExportFixture;
beforeAll(async () => {
  fixture = await startExportFixture();
  await jetstream(fixture.nats).publish(eventSubject(asUserId(77), 'account'), '{"type":"FromTheFuture"}');
});
afterAll(() => fixture?.stop());

const read = (folder: string, format: string) =>
  format === 'parquet'
    ? `read_parquet('${folder}/*/*.parquet', hive_partitioning = true)`
    : `read_json('${folder}/*/*.ndjson.zst', format = 'newline_delimited', hive_partitioning = true)`;

describe.skipIf(!ask)('read by DuckDB', () => {
  const query = (sql: string) => (ask ?? (async () => []))(sql);

  test.each(['parquet', 'ndjson'] as const)('every event, as %s', async (format) => {
    const request = fixture.request({ format });
    await fixture.bring(request);
    const rows =
      await query(`SELECT sequence, subject, user_id, aggregate_id, type, version, id, correlation_id,
      causation_id, epoch_ms("at"::timestamptz) AS at_ms, data, problem, stored_date = "stored_at"::timestamptz::date AS dated
      FROM ${read(request.folder, format)} ORDER BY sequence`);
    const readable = rows.filter(({ problem }) => problem === null);
    const expected = (await fixture.stored('EVENTS')).map(({ sequence, subject, body }) => {
      const [, , userId, aggregateId] = subject.split('.');
      return { sequence: String(sequence), subject, userId, aggregateId, body };
    });
    expect(
      readable.map(({ sequence, subject, user_id, aggregate_id, at_ms, data, ...row }) => ({
        ...{ sequence, subject, userId: user_id, aggregateId: aggregate_id },
        body: {
          ...{
            id: row.id,
            type: row.type,
            version: Number(row.version),
            at: new Date(Number(at_ms)).toISOString(),
          },
          ...{ correlationId: row.correlation_id, causationId: row.causation_id },
          data: typeof data === 'string' ? JSON.parse(data) : data,
        },
      })),
    ).toEqual(expected.filter(({ userId }) => userId !== '77'));
    expect(rows.every(({ dated }) => dated === true)).toBe(true);
    const odd = rows.filter(({ problem }) => problem !== null);
    expect(odd).toMatchObject([
      { user_id: '77', type: null, problem: expect.stringMatching(/no event envelope/) },
    ]);
    expect(String(odd[0]?.data)).toContain('FromTheFuture');
  });

  test('columns have their types, and one person is found by them', async () => {
    const request = fixture.request();
    await fixture.bring(request);
    const types = await query(`DESCRIBE SELECT * FROM ${read(request.folder, 'parquet')}`);
    expect(types.map(({ column_name, column_type }) => `${column_name} ${column_type}`)).toEqual([
      ...['sequence BIGINT', 'stored_at TIMESTAMP WITH TIME ZONE', 'subject VARCHAR', 'partition BIGINT'],
      ...['user_id BIGINT', 'aggregate_id VARCHAR', 'type VARCHAR', 'version BIGINT', 'id VARCHAR'],
      ...['correlation_id VARCHAR', 'causation_id VARCHAR', 'at TIMESTAMP WITH TIME ZONE', 'problem VARCHAR'],
      ...['data VARCHAR', 'stored_date DATE'],
    ]);
  });

  test('deliveries', async () => {
    const request = fixture.request({ stream: 'DELIVERIES' });
    await fixture.bring(request);
    const rows =
      await query(`SELECT sequence, outcome, epoch_ms("minute") // 60000 AS minute, lateness_ms, occurrences
      FROM ${read(request.folder, 'parquet')} ORDER BY sequence`);
    expect(rows.map((row) => ({ ...row, occurrences: JSON.parse(String(row.occurrences)) }))).toEqual(
      (await fixture.stored('DELIVERIES')).map(({ sequence, body }) => ({
        ...{ sequence: String(sequence), outcome: body.outcome, minute: String(body.minute) },
        ...{ lateness_ms: String(body.latenessMs), occurrences: body.occurrences },
      })),
    );
  });

  test('what was erased from the log leaves the files with the next run', async () => {
    const request = fixture.request({ rowsPerFile: 200 });
    const { manifest: before } = await fixture.bring(request);
    const manager = await jetstreamManager(fixture.nats);
    const [first] = await fixture.stored('EVENTS');
    const subject = String(first?.subject);
    const gone = (await fixture.stored('EVENTS')).filter((message) => message.subject === subject);
    for (const { sequence } of gone) await manager.streams.deleteMessage('EVENTS', sequence, true);
    const { manifest, renewed } = await fixture.bring(request);
    expect(renewed).toBeGreaterThan(0);
    expect(manifest.rows).toBe(before.rows - gone.length);
    const left = await query(
      `SELECT count(*) AS n FROM ${read(request.folder, 'parquet')} WHERE subject = '${subject}'`,
    );
    expect(left).toEqual([{ n: '0' }]);
    expect((await fixture.bring(request)).renewed).toBe(0);
    expect(await filesIn(request.folder)).toEqual(
      [...manifest.files.map(({ path }) => path), '_manifest.json'].toSorted(),
    );
  });
});

test.skipIf(!pandas)('read by pandas', async () => {
  const request = fixture.request();
  const { manifest } = await fixture.bring(request);
  const script = `import pandas, sys
frame = pandas.read_parquet(sys.argv[1])
print(len(frame), frame['sequence'].dtype, frame['at'].dtype.tz, frame['user_id'].max())`;
  const { stdout } = await promisify(execFile)('python3', ['-c', script, request.folder]);
  const most = Math.max(
    ...(await fixture.stored('EVENTS')).map(({ subject }) => Number(subject.split('.')[2])),
  );
  expect(stdout.trim()).toBe(`${manifest.rows} int64 UTC ${most}`);
});
