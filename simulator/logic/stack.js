/**
 * The rules of navigation, without any page or drawing: which call is allowed and which stack it leads to.
 * In: the stack of paths, the request. Out: what to close and what to open, or the platform's refusal.
 */

export const MAX_DEPTH = 10;

/**
 * Splits `pages/a/a?x=1` as a call writes it, relative to the page it is called from.
 * @param {any} url
 * @param {string} current path of the page on top
 */
export function parseUrl(url, current) {
  if (typeof url !== 'string' || url === '') return null;
  const at = url.indexOf('?');
  const path = at === -1 ? url : url.slice(0, at);
  return { path: resolvePath(path, current), query: parseQuery(at === -1 ? '' : url.slice(at + 1)) };
}

function resolvePath(path, current) {
  if (path.startsWith('/')) return path.slice(1);
  if (!path.startsWith('.')) return path;
  const parts = current.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

export function parseQuery(text) {
  const query = {};
  for (const pair of text.split('&').filter(Boolean)) {
    const at = pair.indexOf('=');
    query[decode(at === -1 ? pair : pair.slice(0, at))] = at === -1 ? '' : decode(pair.slice(at + 1));
  }
  return query;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * @param {'navigateTo'|'redirectTo'|'reLaunch'|'switchTab'|'navigateBack'} action
 * @param {{url?: string, delta?: number}} options
 * @param {{stack: string[], pages: string[], tabs: string[]}} state
 * @returns {{close: number, open: {path: string, query: Record<string, string>} | null} | {error: number, errorMessage: string}}
 *   `close`: how many pages leave from the top; `open`: the page that comes then
 */
export function navigate(action, options, { stack, pages, tabs }) {
  if (action === 'navigateBack') return back(options, stack);
  const target = parseUrl(options && options.url, stack[stack.length - 1] || '');
  if (!target) return refuse(`${action} needs a url`);
  if (!pages.includes(target.path)) return refuse(`there is no page "${target.path}" in app.json`);
  const isTab = tabs.includes(target.path);
  switch (action) {
    case 'navigateTo':
      if (isTab) return refuse(`"${target.path}" is a tab page; use switchTab`);
      if (stack.length >= MAX_DEPTH) return refuse(`there are ${MAX_DEPTH} pages open already; use redirectTo`);
      return { close: 0, open: target };
    case 'redirectTo':
      if (isTab) return refuse(`"${target.path}" is a tab page; use switchTab`);
      return { close: 1, open: target };
    case 'switchTab':
      if (!isTab) return refuse(`"${target.path}" is not a tab page; use navigateTo`);
      return { close: stack.length, open: { path: target.path, query: {} } };
    case 'reLaunch':
      return { close: stack.length, open: isTab ? { path: target.path, query: {} } : target };
    default:
      return refuse(`${action} is not a navigation`);
  }
}

function back(options, stack) {
  const delta = options && options.delta !== undefined ? Number(options.delta) : 1;
  if (!Number.isInteger(delta) || delta < 1) return refuse('delta must be a whole number from 1');
  return { close: Math.min(delta, stack.length - 1), open: null };
}

function refuse(errorMessage) {
  return { error: 2, errorMessage };
}
