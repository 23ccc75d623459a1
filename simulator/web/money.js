/**
 * Amounts between the wallet's form (text in the smallest unit) and what people read and type. No floats.
 */

function digitsOf(currency) {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
}

/** `129900` PHP -> `₱1,299.00` */
export function formatAmount({ currency, value }) {
  const digits = digitsOf(currency);
  const padded = value.padStart(digits + 1, '0');
  const whole = digits ? padded.slice(0, -digits) : padded;
  const parts = new Intl.NumberFormat('en', { style: 'currency', currency }).formatToParts(BigInt(whole));
  const fraction = digits ? padded.slice(-digits) : '';
  return parts.map(({ type, value: text }) => (type === 'fraction' ? fraction : text)).join('');
}

/** An amount as a tester may type it: `1500.00` in PHP, `1500` in JPY. */
export function exampleAmount(currency) {
  return Number(1500).toFixed(digitsOf(currency));
}

/** `1,299.5` in PHP -> `129950`; null when it is not an amount of that currency. */
export function parseAmount(text, currency) {
  const digits = digitsOf(currency);
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(text.replace(/[,\s]/g, ''));
  if (!match || (match[2] || '').length > digits) return null;
  const value = (match[1] + (match[2] || '').padEnd(digits, '0')).replace(/^0+/, '');
  return value || null;
}
