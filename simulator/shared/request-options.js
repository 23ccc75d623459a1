/**
 * Reads the options of `my.request` as the platform documents them.
 * In: what the program passed. Out: a request ready to send, or the platform's error (2, bad parameter).
 */

export const ERRORS = {
  parameter: 2,
  unauthorised: 4,
  network: 12,
  timeout: 13,
  decode: 14,
  http: 19,
  aborted: 20,
};

/**
 * @param {any} options
 * @returns {{request: {url: string, method: string, headers: Record<string, string>, body: string | null, timeout: number, dataType: string}} | {error: number, errorMessage: string}}
 */
export function readRequestOptions(options) {
  const { url, data, timeout, dataType = 'json' } = options || {};
  const method = options.method === undefined ? 'GET' : String(options.method).toUpperCase();
  if (typeof url !== 'string' || !/^https?:\/\/[^/\s]+/i.test(url))
    return bad(`url must be an absolute http(s) address, not ${JSON.stringify(url)}`);
  if (method !== 'GET' && method !== 'POST') return bad(`method must be GET or POST, not ${method}`);
  if (!['json', 'text', 'base64'].includes(dataType))
    return bad(`dataType must be json, text or base64, not ${JSON.stringify(dataType)}`);
  if (
    data !== undefined &&
    data !== null &&
    typeof data !== 'object' &&
    !(method === 'POST' && typeof data === 'string')
  ) {
    return bad('data must be an object');
  }
  const headers = { 'content-type': 'application/json' };
  for (const [name, value] of Object.entries(options.headers || {})) headers[name.toLowerCase()] = String(value);
  const request = { url, method, headers, body: null, timeout: timeout > 0 ? Number(timeout) : 30000, dataType };
  if (method === 'GET') {
    const query = formEncode(data || {});
    if (query) request.url = `${url}${url.includes('?') ? '&' : '?'}${query}`;
  } else {
    request.body = encodeBody(data, headers['content-type']);
  }
  return { request };
}

function bad(errorMessage) {
  return { error: ERRORS.parameter, errorMessage };
}

function encodeBody(data, contentType) {
  if (typeof data === 'string') return data;
  if (contentType.startsWith('application/x-www-form-urlencoded')) return formEncode(data || {});
  return JSON.stringify(data === undefined || data === null ? {} : data);
}

function formEncode(data) {
  return Object.keys(data)
    .filter((key) => data[key] !== undefined)
    .map(
      (key) =>
        `${encodeURIComponent(key)}=${encodeURIComponent(typeof data[key] === 'object' ? JSON.stringify(data[key]) : String(data[key]))}`,
    )
    .join('&');
}
