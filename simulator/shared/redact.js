/**
 * Keeps secrets out of logs and transcripts: tokens, codes and signatures are shown as their length only.
 */

const SECRET = /token|auth_?code|authorization|secret|password|cookie|signature|order_?str/i;

/** A copy of a JSON-like value whose secret members are masked. */
export function redact(value, depth = 0) {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth > 8) return '…';
  if (Array.isArray(value)) return value.map((each) => redact(each, depth + 1));
  const copy = {};
  for (const key of Object.keys(value)) copy[key] = SECRET.test(key) ? mask(value[key]) : redact(value[key], depth + 1);
  return copy;
}

function mask(value) {
  return typeof value === 'string' ? `•••(${value.length})` : '•••';
}

/** A body as text: masked when it is JSON, cut to a length. */
export function redactBody(text, limit) {
  let shown = text;
  try {
    shown = JSON.stringify(redact(JSON.parse(text)));
  } catch {
    // not JSON: shown as it is
  }
  return shown.length > limit ? `${shown.slice(0, limit)}… (${shown.length} characters)` : shown;
}
