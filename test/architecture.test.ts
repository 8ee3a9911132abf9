import { expect, test } from 'vitest';
import { mayImport } from './architecture/check.ts';
import { findCycles } from './architecture/graph.ts';
import { asLine, treeViolations } from './architecture/report.ts';
import { ROOMS } from './architecture/rules.ts';

test('the tree is as its rules say', () => {
  expect(treeViolations().map(asLine)).toEqual([]);
});

test('the table of rooms points one way', () => {
  const names = ROOMS.map(({ room }) => room);
  const graph = ROOMS.map((room): [string, string[]] => [
    room.room,
    names.filter((name) => name !== room.room && mayImport(room, name)),
  ]);
  expect(findCycles(new Map(graph))).toEqual([]);
});
