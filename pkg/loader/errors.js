// Faults with a stable code. Programs branch on `code`; the message is for people.

export function fault(code, message) {
  const error = new Error(message);
  error.name = 'CheckoutError';
  error.code = code;
  return error;
}

// What went wrong, in words, whatever was thrown or handed to a `fail` callback.
export function reasonOf(thrown) {
  if (thrown === null || thrown === undefined) return 'no reason given';
  if (typeof thrown === 'string') return thrown;
  return String(thrown.errorMessage || thrown.message || thrown.error || thrown);
}
