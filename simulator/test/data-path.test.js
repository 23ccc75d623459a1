import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyOperation, applySet, applySplice, findUndefined, parsePath } from '../shared/data-path.js';

test('a path key names nested members and list items', () => {
  assert.deepEqual(parsePath('lines[3].quantity'), ['lines', 3, 'quantity']);
  assert.deepEqual(parsePath('a.b[0][12].c'), ['a', 'b', 0, 12, 'c']);
  assert.deepEqual(parsePath('a["x.y"]'), ['a', 'x.y']);
});

for (const bad of ['', '[0]', 'a..b', 'a[', 'a[x]', 'a.__proto__.polluted']) {
  test(`"${bad}" is refused as a path`, () => assert.throws(() => parsePath(bad), /is not a data path/));
}

test('setData changes only what its path names and leaves the old data as it was', () => {
  const before = {
    lines: [
      { sku: 'a', n: 1 },
      { sku: 'b', n: 2 },
    ],
    other: {},
  };
  const after = applySet(before, { 'lines[1].n': 9 });
  assert.deepEqual(after.lines, [
    { sku: 'a', n: 1 },
    { sku: 'b', n: 9 },
  ]);
  assert.equal(before.lines[1].n, 2);
  assert.equal(after.other, before.other);
  assert.equal(after.lines[0], before.lines[0]);
});

test('setData makes the containers that a path needs', () => {
  assert.deepEqual(applySet({}, { 'a[1].b': 1 }), { a: [, { b: 1 }] });
  assert.deepEqual(applySet({ a: null }, { 'a.b': 1 }), { a: { b: 1 } });
});

test('several keys of one setData apply in their order', () => {
  assert.deepEqual(applySet({}, { list: [1], 'list[1]': 2 }), { list: [1, 2] });
});

test('$spliceData removes and inserts in place', () => {
  const before = { lines: ['a', 'b', 'c'] };
  assert.deepEqual(applySplice(before, { lines: [1, 1, 'x', 'y'] }), { lines: ['a', 'x', 'y', 'c'] });
  assert.deepEqual(before, { lines: ['a', 'b', 'c'] });
});

test('$spliceData on something that is no list is an error', () => {
  assert.throws(() => applySplice({ lines: {} }, { lines: [0, 1] }), /"lines" is not an array/);
  assert.throws(() => applySplice({ lines: [] }, { lines: 1 }), /needs an array/);
});

test('an operation crosses as JSON and gives the same data on both sides', () => {
  const operations = [
    { kind: 'set', patch: { 'a.b': [1, 2, 3] } },
    { kind: 'splice', patch: { 'a.b': [0, 2] } },
  ];
  const there = JSON.parse(JSON.stringify(operations));
  assert.deepEqual(operations.reduce(applyOperation, { a: {} }), there.reduce(applyOperation, { a: {} }));
});

test('undefined is found wherever it hides', () => {
  assert.equal(findUndefined({ a: 1, b: null }), null);
  assert.equal(findUndefined({ a: undefined }), 'a');
  assert.equal(findUndefined({ lines: [{ n: 1 }, { n: undefined }] }), 'lines[1].n');
});
