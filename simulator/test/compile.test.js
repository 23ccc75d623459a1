import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { compile } from '../compile/bundle.js';
import { lintAxml } from '../compile/lint.js';
import { COMPILER, FIXTURE, run } from './support/servers.js';

/** A copy of the fixture with some files changed; what compiling it finds. */
async function problemsWith(changes) {
  const root = await mkdtemp(join(tmpdir(), 'simulator-'));
  try {
    await cp(FIXTURE, root, { recursive: true });
    for (const [file, text] of Object.entries(changes)) await writeFile(join(root, file), text);
    return (await compile(root)).problems;
  } finally {
    await rm(root, { recursive: true });
  }
}

test('the fixture compiles, also outside the repository', async () => {
  assert.deepEqual(await problemsWith({}), []);
});

test('modules that are required inside a function stay lazy in the bundle', async () => {
  const { compiled } = await compile(FIXTURE);
  assert.ok(/__commonJS\(\{\s+"lib\/lazy\.js"/.test(compiled.logic), 'lib/lazy.js is wrapped');
  assert.ok(compiled.logic.startsWith('"use strict";'), 'the bundle is strict');
});

const BROKEN = [
  ['an unclosed tag', 'pages/me/me.axml', '<view>\n  <text>a</view>', 'axml-syntax', 2, /missing <\/text>/],
  ['a broken expression', 'pages/me/me.axml', '<view>\n{{a +}}</view>', 'axml-syntax', 1, /parse text error/],
  ['a missing import', 'pages/me/me.axml', '<import src="./gone.axml"/>', 'axml-syntax', 0, /not exists/],
  ['broken ACSS', 'pages/detail/detail.acss', '.a { color: red; }\n.b color: red; }', 'acss-syntax', 2, /missing/],
  ['broken JavaScript', 'pages/me/me.js', 'Page({\n  data: ,\n});', 'js-syntax', 2, /Unexpected token/],
  [
    'syntax newer than ES2018',
    'pages/me/me.js',
    'Page({ data: {\n  a: my?.request,\n} });',
    'js-newer-than-es2018',
    2,
    /newer than ES2018/,
  ],
  ['a module that is not there', 'pages/me/me.js', '\nrequire("./gone");', 'missing-file', 2, /Could not resolve/],
  [
    'a package that is not built',
    'pages/me/me.js',
    'require("no-such-package");',
    'missing-package',
    1,
    /run \.\/build\.sh build/,
  ],
  ['broken JSON', 'pages/me/me.json', '{\n  "defaultTitle": }', 'json', 2, /not valid JSON/],
  [
    'a page without files',
    'app.json',
    '{ "pages": ["pages/home/home", "pages/gone/gone"] }',
    'missing-file',
    0,
    /no file pages\/gone\/gone\.axml/,
  ],
  ['broken SJS', 'lib/price.sjs', 'export default new Date();', 'sjs-syntax', 0, /not supported/],
];

for (const [what, file, text, code, line, message] of BROKEN) {
  test(`${what} is reported with its file and position`, async () => {
    const problems = await problemsWith({ [file]: text });
    const found = problems.find((problem) => problem.code === code);
    assert.ok(found, JSON.stringify(problems));
    assert.match(found.message, message);
    assert.equal(found.file, file);
    assert.equal(found.line, line);
  });
}

const lint = (source, usingComponents = {}) =>
  lintAxml(source, { file: 'x.axml', usingComponents }).map(({ code, line, column }) => `${code} ${line}:${column}`);

test('lint finds an unknown tag', () => assert.deepEqual(lint('<view>\n  <veiw/></view>'), ['unknown-tag 2:3']));
test('lint knows the components of the page', () => assert.deepEqual(lint('<my-card/>', { 'my-card': '/c' }), []));
test('lint finds a tag that the simulator cannot draw', () => assert.deepEqual(lint('<map/>'), ['undrawn-tag 1:1']));
test('lint finds a duplicate attribute at its second place', () =>
  assert.deepEqual(lint('<view class="a" id="b"\n  class="c"/>'), ['duplicate-attribute 2:3']));
test('lint finds a:for without a:key', () => assert.deepEqual(lint('<view a:for="{{x}}"/>'), ['for-without-key 1:1']));
test('lint accepts a:for with a:key', () =>
  assert.deepEqual(lint('<view a:for="{{x}}" a:key="*this">{{item.Math}}</view>'), []));
test('lint finds a directive of another framework', () =>
  assert.deepEqual(lint('<view wx:if="{{a}}"/>'), ['unknown-directive 1:7']));
test('lint finds a misspelt event', () => assert.deepEqual(lint('<view bindtap="a"/>'), ['event-name 1:7']));
test('lint finds an arrow function', () => assert.deepEqual(lint('<view onTap="{{() => 1}}"/>'), ['expression 1:7']));
test('lint finds Math in an expression', () =>
  assert.deepEqual(lint('<view>{{Math.max(a, 1)}}</view>'), ['expression 1:7']));
test('lint lets an object with such keys be', () =>
  assert.deepEqual(lint('<template is="a" data="{{Date: 1, ...rest}}"/>'), []));

test('the command line says what is wrong and exits with 1', async () => {
  const root = await mkdtemp(join(tmpdir(), 'simulator-'));
  await cp(FIXTURE, root, { recursive: true });
  await writeFile(join(root, 'pages/me/me.axml'), '<view>\n  <veiw/>\n</view>');
  const { code, output } = await run(COMPILER, [root]);
  await rm(root, { recursive: true });
  assert.equal(code, 1);
  assert.match(output, /pages\/me\/me\.axml:2:3 {2}unknown-tag/);
  assert.match(output, /1 problem/);
});

test('the command line is content with the fixture', async () => {
  const { code, output } = await run(COMPILER, [FIXTURE]);
  assert.equal(code, 0, output);
  assert.match(output, /no problems/);
});
