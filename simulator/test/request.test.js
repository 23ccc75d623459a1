import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { carryOut } from '../server/request-proxy.js';
import { Transcript } from '../server/transcript.js';
import { readRequestOptions } from '../shared/request-options.js';
import { bodyOf, listen, sendJson } from './support/servers.js';

let server;
const seen = [];

before(async () => {
  server = await listen(async (request, response) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers, body: await bodyOf(request) });
    if (request.url === '/problem') sendJson(response, 409, { code: 'quote_expired' });
    else if (request.url === '/text') response.end('not json');
    else if (request.url === '/elsewhere') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    else if (request.url === '/hang') response.flushHeaders();
    else if (request.url === '/broken') request.socket.destroy();
    else sendJson(response, 200, { ok: true, accessToken: 'very-secret-token' });
  });
});
after(() => server.close());

function call(
  options,
  { allow = [server.origin], transcript = new Transcript(() => 0), signal = new AbortController().signal } = {},
) {
  const read = readRequestOptions(options);
  return 'error' in read ? read : carryOut(read.request, { allow, transcript, signal });
}

test('a 2xx answer arrives with data, status and headers', async () => {
  const answer = await call({
    url: `${server.origin}/a`,
    method: 'POST',
    data: { a: 1 },
    headers: { Authorization: 'Bearer x' },
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.data.ok, true);
  assert.match(answer.headers['content-type'], /json/);
  const sent = seen[seen.length - 1];
  assert.equal(sent.body, '{"a":1}');
  assert.equal(sent.headers['content-type'], 'application/json');
  assert.equal(sent.headers.authorization, 'Bearer x');
});

test('GET data becomes the query string', async () => {
  await call({ url: `${server.origin}/a?x=1`, data: { 'a b': 'c&d', n: 2 } });
  assert.equal(seen[seen.length - 1].url, '/a?x=1&a%20b=c%26d&n=2');
});

test('a POST with a form content type is form-encoded', async () => {
  await call({
    url: `${server.origin}/a`,
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    data: { a: '1 2' },
  });
  assert.equal(seen[seen.length - 1].body, 'a=1%202');
});

test("headers that belong to the connection are not the program's to set", async () => {
  await call({
    url: `${server.origin}/a`,
    headers: { Host: 'evil.example', Origin: 'https://evil.example', 'X-Mine': 'yes' },
  });
  const { headers } = seen[seen.length - 1];
  assert.equal(headers.host, new URL(server.origin).host);
  assert.equal(headers.origin, undefined);
  assert.equal(headers['x-mine'], 'yes');
});

test('a host that is not on the whitelist is refused with 4 and nothing is sent', async () => {
  const before_ = seen.length;
  const answer = await call({ url: `${server.origin}/a` }, { allow: ['https://shop.example'] });
  assert.equal(answer.error, 4);
  assert.equal(seen.length, before_);
});

test('http outside loopback is refused with 2', async () => {
  assert.equal((await call({ url: 'http://shop.example/a' }, { allow: ['http://shop.example'] })).error, 2);
});

test('a non-2xx answer fails with 19 and keeps its body', async () => {
  const answer = await call({ url: `${server.origin}/problem` });
  assert.equal(answer.error, 19);
  assert.equal(JSON.stringify(answer).includes('quote_expired'), false);
});

test('a redirect is not followed', async () => {
  assert.equal((await call({ url: `${server.origin}/elsewhere` })).error, 19);
});

test('an answer that is not JSON fails with 14, as text it arrives', async () => {
  assert.equal((await call({ url: `${server.origin}/text` })).error, 14);
  assert.equal((await call({ url: `${server.origin}/text`, dataType: 'text' })).data, 'not json');
  assert.equal(
    (await call({ url: `${server.origin}/text`, dataType: 'base64' })).data,
    Buffer.from('not json').toString('base64'),
  );
});

test('no answer in time fails with 13', async () => {
  assert.equal((await call({ url: `${server.origin}/hang`, timeout: 40 })).error, 13);
});

test('a broken connection and an unreachable server fail with 12', async () => {
  assert.equal((await call({ url: `${server.origin}/broken` })).error, 12);
  const gone = await listen(() => {});
  await gone.close();
  assert.equal((await call({ url: `${gone.origin}/` }, { allow: [gone.origin] })).error, 12);
});

test('an aborted request ends with 20', async () => {
  const controller = new AbortController();
  const pending = call({ url: `${server.origin}/hang` }, { signal: controller.signal });
  controller.abort();
  assert.equal((await pending).error, 20);
});

for (const [what, options] of [
  ['no url', {}],
  ['another scheme', { url: 'ftp://x/' }],
  ['a relative url', { url: '/a' }],
  ['another method', { url: 'https://x/', method: 'PUT' }],
  ['an unknown dataType', { url: 'https://x/', dataType: 'xml' }],
  ['data that is no object', { url: 'https://x/', data: 7 }],
]) {
  test(`${what} is a bad parameter, 2`, () => assert.equal(readRequestOptions(options).error, 2));
}

test('the transcript shows each request, without secrets', async () => {
  let now = 1000;
  const transcript = new Transcript(() => (now += 5));
  await call(
    {
      url: `${server.origin}/a`,
      method: 'POST',
      data: { authCode: 'code-1', sku: 'tea' },
      headers: { authorization: 'Bearer abc' },
    },
    { transcript },
  );
  const [entry] = transcript.after(0);
  assert.equal(entry.status, 200);
  assert.equal(entry.durationMs, 5);
  const text = JSON.stringify(entry);
  for (const secret of ['code-1', 'Bearer abc', 'very-secret-token'])
    assert.equal(text.includes(secret), false, secret);
  assert.match(entry.requestBody, /"sku":"tea"/);
  assert.deepEqual(transcript.after(1), []);
});

test('the transcript forgets the oldest requests', () => {
  const transcript = new Transcript(() => 0);
  for (let i = 0; i < 620; i += 1)
    transcript.begin({ method: 'GET', url: 'http://x', headers: {}, body: null })({ status: 200 });
  assert.equal(transcript.after(0).length, 500);
  assert.equal(transcript.after(0)[0].seq, 121);
});
