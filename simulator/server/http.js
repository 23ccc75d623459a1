/**
 * The simulator's HTTP side: who may ask, what is answered where. Bound to 127.0.0.1 by `server.mjs`.
 * Every request's Host is checked (no DNS rebinding), every POST's Origin (no other site's pages), every body is capped.
 */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NotInPackage, readPackageFile } from './package-files.js';
import { carryOut } from './request-proxy.js';
import { UpstreamError, send } from './upstream.js';

const SIMULATOR = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const BODY_LIMIT = 2 * 1024 * 1024;
const WALLET_LIMIT = 10 * 1024 * 1024;
const WALLET_TIMEOUT = 10_000;
const UI_TYPES = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' };
const UI_FILES = /^(shared\/)?[a-z0-9-]+\.(js|css|svg)$/;

class HttpError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * @param {{options: import('./options.js').Options, program: import('./program.js').Program, transcript: import('./transcript.js').Transcript, log: (text: string) => void}} context
 */
export function makeServer(context) {
  const server = createServer((request, response) => {
    answer({ ...context, port: server.address().port }, request, response).catch((error) =>
      refuse(response, error, context.log),
    );
  });
  server.on('clientError', (error, socket) => socket.destroy());
  return server;
}

async function answer(context, request, response) {
  const own = [`127.0.0.1:${context.port}`, `localhost:${context.port}`];
  if (!own.includes(request.headers.host))
    throw new HttpError(403, 'host', 'the simulator answers only to its own address');
  const url = new URL(request.url, `http://${request.headers.host}`);
  if (request.headers.origin && request.headers.origin !== `http://127.0.0.1:${context.port}`)
    throw new HttpError(403, 'origin', 'the simulator answers only to its own page');
  if (request.method === 'POST' && !request.headers.origin)
    throw new HttpError(403, 'origin', "a POST must come from the simulator's page");
  const route = ROUTES.find(
    ({ method, path }) =>
      method === request.method && (path instanceof RegExp ? path.test(url.pathname) : path === url.pathname),
  );
  if (!route) throw new HttpError(404, 'not_found', `there is nothing at ${request.method} ${url.pathname}`);
  await route.run({ ...context, request, response, url });
}

const ROUTES = [
  { method: 'GET', path: '/healthz', run: ({ response }) => json(response, 200, { status: 'ok' }) },
  { method: 'GET', path: '/', run: page },
  { method: 'GET', path: '/_platform/view.html', run: viewPage },
  { method: 'GET', path: /^\/_platform\/ui\//, run: uiFile },
  { method: 'GET', path: /^\/_platform\/app\/(view|logic)\.js$/, run: script },
  { method: 'GET', path: /^\/_platform\/package\//, run: packageFile },
  { method: 'GET', path: '/_platform/config', run: config },
  { method: 'GET', path: '/_platform/events', run: events },
  { method: 'GET', path: '/_platform/transcript', run: transcriptPage },
  { method: 'POST', path: '/_platform/request', run: platformRequest },
  { method: 'GET', path: /^\/_platform\/wallet\//, run: wallet },
  { method: 'POST', path: /^\/_platform\/wallet\//, run: wallet },
];

async function page({ request, response, url, port, options }) {
  if (request.headers.host !== `127.0.0.1:${port}`) {
    // The wallet's cashier reports to one origin only, so the page has one.
    response.writeHead(307, { location: `http://127.0.0.1:${port}/${url.search}` }).end();
    return;
  }
  const policy = `default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self' ${options.cashiers.join(' ')}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  await file(response, join(SIMULATOR, 'web/index.html'), 'text/html; charset=utf-8', policy);
}

async function viewPage({ response }) {
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https: http://127.0.0.1:* http://localhost:*; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
  await file(response, join(SIMULATOR, 'view/view.html'), 'text/html; charset=utf-8', policy);
}

async function uiFile({ response, url }) {
  const name = url.pathname.slice('/_platform/ui/'.length);
  if (!UI_FILES.test(name)) throw new HttpError(404, 'not_found', `there is no ${name}`);
  const folder = name === 'view.css' ? 'view' : name.startsWith('shared/') ? '' : 'web';
  await file(response, join(SIMULATOR, folder, name), UI_TYPES[name.split('.').pop()]);
}

async function file(response, path, type, policy) {
  let bytes;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (error.code === 'ENOENT') throw new HttpError(404, 'not_found', 'there is no such file');
    throw error;
  }
  bytesOut(response, 200, bytes, type, policy);
}

function script({ response, url, program }) {
  if (!program.compiled) throw new HttpError(503, 'not_compiled', 'the mini program has problems; the page lists them');
  const which = url.pathname.endsWith('logic.js') ? 'logic' : 'view';
  // The Worker's own policy: WebAssembly may be compiled, text may not become code, nothing may be fetched.
  const policy = which === 'logic' ? "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'" : undefined;
  bytesOut(response, 200, program.compiled[which], UI_TYPES.js, policy);
}

async function packageFile({ response, url, program }) {
  const path = decodeURIComponent(url.pathname.slice('/_platform/package/'.length));
  try {
    const { bytes, type } = await readPackageFile(program.root, path, program.compiled?.assetsInclude || []);
    bytesOut(response, 200, bytes, type, "default-src 'none'; style-src 'unsafe-inline'");
  } catch (error) {
    if (error instanceof NotInPackage) throw new HttpError(404, 'not_in_package', error.message);
    throw error;
  }
}

function config({ response, options, program }) {
  json(response, 200, {
    siteName: options.siteName,
    currency: options.currency,
    launchQuery: options.launchQuery,
    merchant: options.merchant,
    wallet: options.wallet,
    cashiers: options.cashiers,
    allow: options.allow,
    watch: options.watch,
    build: program.build,
    manifest: program.compiled ? program.compiled.manifest : null,
    problems: program.problems,
  });
}

function events({ request, response, program }) {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
  const tell = () =>
    response.write(`data: ${JSON.stringify({ build: program.build, problems: program.problems.length })}\n\n`);
  tell();
  const stop = program.onBuild(tell);
  request.on('close', stop);
}

function transcriptPage({ response, url, transcript }) {
  const after = Number(url.searchParams.get('after') || 0);
  json(response, 200, { requests: transcript.after(Number.isFinite(after) ? after : 0) });
}

async function platformRequest({ request, response, options, transcript }) {
  const input = await readJson(request);
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableEnded) gone.abort();
  });
  const result = await carryOut(input, { allow: options.allow, transcript, signal: gone.signal });
  if (!response.destroyed) json(response, 200, result);
}

/** `/_platform/wallet/x` is the wallet simulator's `/_simulator/x`. */
async function wallet({ request, response, url, options, port }) {
  const body = request.method === 'POST' ? JSON.stringify(await readJson(request)) : null;
  const headers = { accept: 'application/json', origin: `http://127.0.0.1:${port}` };
  if (body !== null)
    Object.assign(headers, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) });
  const target = `${options.wallet}/_simulator/${url.pathname.slice('/_platform/wallet/'.length)}${url.search}`;
  try {
    const result = await send({
      url: target,
      method: request.method,
      headers,
      body,
      timeout: WALLET_TIMEOUT,
      limit: WALLET_LIMIT,
    });
    bytesOut(response, result.status, result.body, result.headers['content-type'] || 'application/json');
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    throw new HttpError(
      502,
      'wallet_unreachable',
      `the wallet simulator at ${options.wallet} does not answer: ${error.message}`,
    );
  }
}

async function readJson(request) {
  if (!/^application\/json\b/.test(request.headers['content-type'] || ''))
    throw new HttpError(415, 'content_type', 'send application/json');
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // What is too long is read on for a while without being kept, so that the caller gets to see the answer.
    if (size <= BODY_LIMIT) chunks.push(chunk);
    else if (size > 8 * BODY_LIMIT) request.destroy();
  }
  if (size > BODY_LIMIT) throw new HttpError(413, 'too_large', `a body holds at most ${BODY_LIMIT} bytes`);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
  } catch {
    throw new HttpError(400, 'json', 'the body is not JSON');
  }
}

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

function bytesOut(response, status, bytes, type, policy) {
  response.writeHead(status, {
    ...HEADERS,
    'content-type': type,
    ...(policy ? { 'content-security-policy': policy } : {}),
  });
  response.end(bytes);
}

function json(response, status, value) {
  bytesOut(response, status, JSON.stringify(value), 'application/json');
}

function refuse(response, error, log) {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (error instanceof HttpError) {
    json(response, error.status, { code: error.code, message: error.message });
    return;
  }
  log(`unexpected: ${error.stack || error}`);
  json(response, 500, { code: 'internal', message: 'the simulator failed; its terminal says why' });
}
