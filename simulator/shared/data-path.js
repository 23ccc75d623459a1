/**
 * How setData and $spliceData change data. Logic and view both use it, so both hold the same data after
 * the same patch. Containers along the path are copied, never edited: what was handed out before stays as it was.
 */

/**
 * Parses `lines[3].quantity` into `['lines', 3, 'quantity']`.
 * @param {string} text
 * @returns {(string | number)[]}
 */
export function parsePath(text) {
  const parts = [];
  const token = /(?:^|\.)([^.[\]]+)|\[(\d+)\]|\[(['"])(.*?)\3\]/y;
  while (token.lastIndex < text.length) {
    const start = token.lastIndex;
    const match = token.exec(text);
    if (!match || (start === 0 && match[1] === undefined)) throw new Error(`"${text}" is not a data path`);
    parts.push(match[1] !== undefined ? match[1] : match[2] !== undefined ? Number(match[2]) : match[4]);
  }
  if (parts.length === 0 || parts.some((part) => part === '__proto__')) throw new Error(`"${text}" is not a data path`);
  return parts;
}

/**
 * @param {Record<string, any>} data
 * @param {Record<string, any>} patch path -> value
 */
export function applySet(data, patch) {
  return Object.keys(patch).reduce((result, key) => setAt(result, parsePath(key), 0, () => patch[key]), data);
}

/**
 * @param {Record<string, any>} data
 * @param {Record<string, [number, number, ...any[]]>} patch path -> arguments of Array.prototype.splice
 */
export function applySplice(data, patch) {
  return Object.keys(patch).reduce((result, key) => {
    const edit = patch[key];
    if (!Array.isArray(edit)) throw new Error(`$spliceData: "${key}" needs an array [start, deleteCount, ...items]`);
    return setAt(result, parsePath(key), 0, (current) => {
      if (!Array.isArray(current)) throw new Error(`$spliceData: "${key}" is not an array in the page's data`);
      const copy = current.slice();
      copy.splice(...edit);
      return copy;
    });
  }, data);
}

/** One operation that crosses from logic to view. */
export function applyOperation(data, { kind, patch }) {
  return kind === 'splice' ? applySplice(data, patch) : applySet(data, patch);
}

function setAt(container, path, depth, change) {
  if (depth === path.length) return change(container);
  const key = path[depth];
  const copy = copyOf(container, key);
  copy[key] = setAt(copy[key], path, depth + 1, change);
  return copy;
}

function copyOf(container, key) {
  if (Array.isArray(container)) return container.slice();
  if (container !== null && typeof container === 'object') return Object.assign({}, container);
  return typeof key === 'number' ? [] : {};
}

/**
 * Finds what must not cross: `undefined` has no place in JSON.
 * @returns {string | null} where it is, `lines[0].price`
 */
export function findUndefined(value, path = '') {
  if (value === undefined) return path;
  if (value === null || typeof value !== 'object') return null;
  for (const key of Object.keys(value)) {
    const next = Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key;
    const found = findUndefined(value[key], next);
    if (found !== null) return found;
  }
  return null;
}
