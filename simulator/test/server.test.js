import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { NotInPackage, readPackageFile } from '../server/package-files.js';
import { readOptions } from '../server/options.js';
import { FIXTURE, SERVER, bodyOf, listen, run, sendJson, startSimulator } from './support/servers.js';

let wallet;
let simulator;
const asked = [];

before(async () => {
  wallet = await listen(async (request, response) => {
    asked.push({
      method: request.method,
      url: request.url,
      origin: request.headers.origin,
      body: await bodyOf(request),
    });
    sendJson(response, request.url.endsWith('/nope') ? 404 : 200, { seen: request.url });
  });
  simulator = await startSimulator([
    '--merchant',
    'http://127.0.0.1:1',
    '--wallet',
    wallet.origin,
    '--miniprogram',
    FIXTURE,
    '--no-watch',
  ]);
});
after(async () => {
  await simulator.stop();
  await wallet.close();
});

/** A request with headers that fetch would not let us set. */
function ask(path, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(simulator.origin);
    const sent = httpRequest(
      { agent: false, hostname, port, path, method, headers: { host, ...headers } },
      async (response) => {
        resolve({ status: response.statusCode, headers: response.headers, body: await bodyOf(response) });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const post = (path, body, headers = {}) =>
  ask(path, {
    method: 'POST',
    body,
    headers: { origin: simulator.origin, 'content-type': 'application/json', ...headers },
  });

test('it says that it is healthy', async () => {
  assert.equal((await ask('/healthz')).status, 200);
});

test('a foreign Host is refused', async () => {
  assert.equal((await ask('/', { headers: { host: 'evil.example' } })).status, 403);
});

test('a POST from another page, or from none, is refused', async () => {
  assert.equal((await post('/_platform/request', '{}', { origin: 'http://evil.example' })).status, 403);
  assert.equal(
    (await ask('/_platform/request', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }))
      .status,
    403,
  );
});

test('localhost is sent to the one address that the cashier reports to', async () => {
  const { port } = new URL(simulator.origin);
  const answer = await ask('/?engine=no-wasm', { headers: { host: `localhost:${port}` } });
  assert.equal(answer.status, 307);
  assert.equal(answer.headers.location, `${simulator.origin}/?engine=no-wasm`);
});

test('bodies are JSON, whole, and not too large', async () => {
  assert.equal((await post('/_platform/request', 'a=b', { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await post('/_platform/request', '{')).status, 400);
  assert.equal((await post('/_platform/request', JSON.stringify({ a: 'x'.repeat(3 * 1024 * 1024) }))).status, 413);
});

test('the page allows no foreign script and frames only the cashier', async () => {
  const policy = (await ask('/')).headers['content-security-policy'];
  assert.match(policy, /script-src 'self';/);
  assert.ok(policy.includes(`frame-src 'self' ${wallet.origin};`));
  const logic = (await ask('/_platform/app/logic.js')).headers['content-security-policy'];
  assert.match(logic, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'/);
});

test('no path leads out of the folders that are served', async () => {
  for (const path of [
    '/_platform/package/../package.json',
    '/_platform/package/%2e%2e/%2e%2e/package.json',
    '/_platform/package/..%2f..%2fpackage.json',
    '/_platform/ui/../server.mjs',
    '/_platform/ui/..%2fserver.mjs',
  ]) {
    assert.equal((await ask(path)).status, 404, path);
  }
  assert.equal((await ask('/_platform/package/assets/note.txt')).body.trim(), 'hello from the package');
});

test('a link out of the package and a hidden file are not in the package', async () => {
  const root = await mkdtemp(join(tmpdir(), 'simulator-'));
  await writeFile(join(root, '.env'), 'x');
  await writeFile(join(root, 'a.wasm'), 'x');
  await symlink('/etc/hostname', join(root, 'link.txt'));
  for (const path of ['link.txt', '.env', 'gone.txt', 'a.wasm', '', 'x\0y']) {
    await assert.rejects(readPackageFile(root, path, []), NotInPackage, path);
  }
  assert.equal((await readPackageFile(root, '/a.wasm', ['**/*.wasm'])).bytes.length, 1);
  await rm(root, { recursive: true });
});

test('the wallet simulator is reached under its own paths, with our origin', async () => {
  assert.deepEqual(JSON.parse((await ask('/_platform/wallet/ledger?x=1')).body), { seen: '/_simulator/ledger?x=1' });
  await post('/_platform/wallet/auth-codes', '{"customerId":"c-ana"}');
  const last = asked[asked.length - 1];
  assert.deepEqual(last, {
    method: 'POST',
    url: '/_simulator/auth-codes',
    origin: simulator.origin,
    body: '{"customerId":"c-ana"}',
  });
  assert.equal((await ask('/_platform/wallet/nope')).status, 404);
});

test('options that are missing or wrong are named', () => {
  assert.match(readOptions([]).problem, /--port is missing/);
  const rest = ['--merchant', 'http://a', '--wallet', 'http://b', '--miniprogram', 'x'];
  assert.match(readOptions(['--port', '99999', ...rest]).problem, /--port must be/);
  assert.match(readOptions(['--port', '1', ...rest, '--allow', 'nonsense']).problem, /--allow must be an origin/);
  assert.match(readOptions(['--port', '1', ...rest, '--unknown']).problem, /unknown/);
  assert.deepEqual(readOptions(['--port', '1', ...rest, '--allow', 'https://c/path']).options.allow, [
    'http://a',
    'https://c',
  ]);
});

test('a start that cannot succeed ends with one clear sentence', async () => {
  const base = ['--merchant', 'http://a', '--wallet', 'http://b'];
  const noProgram = await run(SERVER, ['--port', '0', ...base, '--miniprogram', '/nowhere']);
  assert.equal(noProgram.code, 1);
  assert.match(noProgram.output, /\/nowhere is no mini program/);
  const taken = await run(SERVER, ['--port', new URL(simulator.origin).port, ...base, '--miniprogram', FIXTURE]);
  assert.equal(taken.code, 1);
  assert.match(taken.output, /port \d+ is in use/);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`it ends on ${signal}, also while a page listens`, async () => {
    const own = await startSimulator([
      '--merchant',
      'http://127.0.0.1:1',
      '--wallet',
      wallet.origin,
      '--miniprogram',
      FIXTURE,
    ]);
    const stream = await fetch(`${own.origin}/_platform/events`);
    await stream.body.getReader().read();
    own.child.kill(signal);
    const [code] = await once(own.child, 'exit');
    assert.equal(code, 0);
  });
}
