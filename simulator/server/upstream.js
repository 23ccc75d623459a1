/**
 * One HTTP request to another server, with a time limit, a size limit and no redirects followed.
 * Out: the answer, or a failure that says which of the platform's errors it is.
 */
import http from 'node:http';
import https from 'node:https';

export class UpstreamError extends Error {
  /** @param {'network'|'timeout'|'aborted'|'too-large'} kind */
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

/**
 * @param {{url: string, method: string, headers: Record<string, string>, body: string | Buffer | null, timeout: number, limit: number, signal?: AbortSignal}} request
 * @returns {Promise<{status: number, headers: Record<string, string>, body: Buffer}>}
 */
export function send({ url, method, headers, body, timeout, limit, signal }) {
  return new Promise((resolve, reject) => {
    const client = url.startsWith('https:') ? https : http;
    const request = client.request(url, { method, headers, agent: false });
    const timer = setTimeout(() => fail(new UpstreamError('timeout', `no answer within ${timeout} ms`)), timeout);
    const onAbort = () => fail(new UpstreamError('aborted', 'the caller gave up'));
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    function fail(error) {
      settle();
      request.destroy();
      reject(
        error instanceof UpstreamError
          ? error
          : new UpstreamError('network', error.message || error.code || 'connection failed'),
      );
    }
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort);
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks = [];
      let size = 0;
      response.on('data', (chunk) => {
        size += chunk.length;
        if (size > limit) fail(new UpstreamError('too-large', `the answer is longer than ${limit} bytes`));
        else chunks.push(chunk);
      });
      response.on('error', fail);
      response.on('aborted', () =>
        fail(new UpstreamError('network', 'the connection broke in the middle of the answer')),
      );
      response.on('end', () => {
        settle();
        resolve({ status: response.statusCode, headers: flat(response.headers), body: Buffer.concat(chunks) });
      });
    });
    request.end(body === null ? undefined : body);
    return undefined;
  });
}

function flat(headers) {
  const result = {};
  for (const [name, value] of Object.entries(headers))
    result[name] = Array.isArray(value) ? value.join(', ') : String(value);
  return result;
}
