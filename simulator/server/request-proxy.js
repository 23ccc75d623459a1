/**
 * my.request, as the platform's own process carries it out: whitelist, https, time limit, what counts as failure.
 * In: a request that `shared/request-options.js` has read. Out: `{data, status, headers}` or `{error, errorMessage}`.
 */
import { ERRORS } from '../shared/request-options.js';
import { UpstreamError, send } from './upstream.js';

const ANSWER_LIMIT = 10 * 1024 * 1024;
const MAX_TIMEOUT = 120_000;
/** Headers that the connection itself decides on. */
const OURS = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'keep-alive',
  'origin',
  'referer',
  'proxy-authorization',
  'proxy-connection',
]);

/**
 * @param {unknown} input body of the shell's call
 * @param {{allow: string[], transcript: import('./transcript.js').Transcript, signal: AbortSignal}} context
 */
export async function carryOut(input, { allow, transcript, signal }) {
  const request = check(input, allow);
  if ('error' in request) return request;
  const done = transcript.begin(request);
  try {
    const answer = await send({ ...request, limit: ANSWER_LIMIT, signal });
    const text = answer.body.toString('utf8');
    const result = read(answer, text, request.dataType);
    done({ status: answer.status, error: 'error' in result ? result.error : null, body: text });
    return result;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const code = {
      timeout: ERRORS.timeout,
      network: ERRORS.network,
      aborted: ERRORS.aborted,
      'too-large': ERRORS.network,
    }[error.kind];
    done({ error: code });
    return { error: code, errorMessage: error.message };
  }
}

function check(input, allow) {
  const { url, method, headers, body, timeout, dataType } = Object(input);
  let target;
  try {
    target = new URL(url);
  } catch {
    return refuse(ERRORS.parameter, 'url is not an address');
  }
  if (method !== 'GET' && method !== 'POST') return refuse(ERRORS.parameter, 'method must be GET or POST');
  if (body !== null && typeof body !== 'string') return refuse(ERRORS.parameter, 'body must be a text');
  if (target.protocol !== 'https:' && !isLoopback(target.hostname))
    return refuse(ERRORS.parameter, `${target.origin} is not https; only loopback addresses may do without`);
  if (!allow.includes(target.origin)) {
    return refuse(
      ERRORS.unauthorised,
      `${target.origin} is not on the server domain whitelist (${allow.join(', ')}); start the simulator with --allow ${target.origin} to add it`,
    );
  }
  const safe = Object.entries(Object(headers)).filter(
    ([name, value]) =>
      /^[\w!#$%&'*+.^`|~-]+$/.test(name) &&
      !OURS.has(name.toLowerCase()) &&
      /^[\t\x20-\x7e\x80-\xff]*$/.test(String(value)),
  );
  const sent = Object.fromEntries(safe.map(([name, value]) => [name.toLowerCase(), String(value)]));
  if (body !== null) sent['content-length'] = String(Buffer.byteLength(body));
  return {
    url: target.href,
    method,
    headers: sent,
    body,
    timeout: Math.min(Number(timeout) || 30_000, MAX_TIMEOUT),
    dataType,
  };
}

function read({ status, headers, body }, text, dataType) {
  // The platform hands a non-2xx to `fail` and keeps its body to itself.
  if (status < 200 || status > 299) return { ...refuse(ERRORS.http, 'http status error'), status };
  if (dataType === 'base64') return { data: body.toString('base64'), status, headers };
  if (dataType === 'text') return { data: text, status, headers };
  try {
    return { data: JSON.parse(text), status, headers };
  } catch {
    return { ...refuse(ERRORS.decode, 'the answer is not JSON'), status };
  }
}

function isLoopback(host) {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function refuse(error, errorMessage) {
  return { error, errorMessage };
}
