import { expect, test } from 'vitest';
import { converse, settled } from '../../conversation/fixture.ts';

const document = (bytes: number) => ({
  kind: 'document' as const,
  file: { fileId: 'file', name: 'Loop.zip', bytes },
  messageId: 5,
});

test('a file leads to its preview, whatever is being asked, and the question stays', () => {
  const conversation = settled();
  conversation.say('/new');
  const { dialog } = conversation;
  const step = conversation.input(document(1_000));
  expect(step).toMatchObject({
    commands: [],
    shows: [],
    jobs: [{ job: 'preview', file: { fileId: 'file' }, answering: 5 }],
  });
  expect(conversation.dialog).toEqual(dialog);
});

test('a file that Telegram would not give to a bot is refused at once', () => {
  const conversation = settled();
  const step = conversation.input(document(20 * 1024 * 1024 + 1));
  expect(step.jobs).toBeUndefined();
  expect(conversation.seen(step)[0]?.text).toContain('20\u00a0MB');
});

test('a newcomer says first where they are', () => {
  const conversation = converse();
  expect(conversation.input(document(1_000)).jobs).toBeUndefined();
  expect(conversation.input(document(1_000)).jobs).toBeUndefined();
  expect(conversation.dialog.at).toBe('choosingTimezone');
});

test('buttons name the file that their message answers, and say so when it is gone', () => {
  const conversation = settled();
  const file = { fileId: 'file' };
  const tapOn = (data: string, message: { messageId: number; data: string[]; file?: typeof file }) =>
    conversation.input({ kind: 'tap', callbackId: 'c', data, message });
  expect(tapOn('importFile:plain', { messageId: 9, data: [], file }).jobs).toEqual([
    { job: 'import', file, editing: 9 },
  ]);
  expect(tapOn('importDates:dayFirst', { messageId: 9, data: [], file }).jobs).toEqual([
    { job: 'preview', file, editing: 9, dates: 'dayFirst' },
  ]);
  expect(tapOn('importFile:monthFirst', { messageId: 9, data: [], file }).jobs).toEqual([
    { job: 'import', file, editing: 9, dates: 'monthFirst' },
  ]);
  expect(tapOn('importFile:plain', { messageId: 9, data: [] })).toMatchObject({
    toast: { key: 'toast-file-gone' },
  });
  expect(tapOn('importFile:other', { messageId: 9, data: [], file }).jobs).toBeUndefined();
  expect(tapOn('exportAs:loopDb', { messageId: 9, data: [] }).jobs).toEqual([
    { job: 'export', form: 'loopDb' },
  ]);
});
