/**
 * The platform's calling convention: one options object with success, fail and complete, and a promise that
 * settles with the very same object. Every call is written to the tester's log.
 */
import { guard, inspect, log } from '../log.js';

/** A refusal by the platform: `{error, errorMessage}`. */
export class PlatformError extends Error {
  constructor(error, errorMessage) {
    super(errorMessage);
    this.answer = { error, errorMessage };
  }
}

/**
 * @param {string} name
 * @param {(options: any) => any} run may return a promise; throws or rejects with a PlatformError to fail
 */
export function asynchronous(name, run) {
  return (options = {}) => settle(name, options || {}, () => run(options || {}));
}

/**
 * Runs a call and settles its callbacks and its promise.
 * @param {string | null} [describe] what the log says of the arguments; null: the shell logs this call
 */
export function settle(name, options, run, describe = inspect(withoutCallbacks(options))) {
  const started = Date.now();
  const promise = new Promise((resolve) => resolve(run())).then(
    (result) => finish(name, describe, started, options, true, result === undefined ? {} : result),
    (error) => {
      const answer =
        error instanceof PlatformError || (error && error.answer)
          ? error.answer
          : { error: 3, errorMessage: String((error && error.message) || error) };
      return finish(name, describe, started, options, false, answer);
    },
  );
  const outcome = promise.then(({ ok, answer }) => {
    if (ok) return answer;
    throw answer;
  });
  // Who passes callbacks has no use for the promise; it must not count as unhandled.
  if (options.success || options.fail || options.complete) outcome.catch(() => {});
  return outcome;
}

function finish(name, describe, started, options, ok, answer) {
  if (describe !== null)
    log(ok ? 'call' : 'warning', `my.${name}(${describe}) → ${inspect(answer)}`, { ms: Date.now() - started });
  const callback = ok ? options.success : options.fail;
  if (typeof callback === 'function')
    guard(`the ${ok ? 'success' : 'fail'} callback of my.${name}`, () => callback(answer));
  if (typeof options.complete === 'function')
    guard(`the complete callback of my.${name}`, () => options.complete(answer));
  return { ok, answer };
}

/** Writes a synchronous call to the log. */
export function logged(name, run) {
  return (...args) => {
    const result = run(...args);
    const shown = args.map((each) => inspect(each)).join(', ');
    log('call', `my.${name}(${shown})${result === undefined ? '' : ` → ${inspect(result)}`}`);
    return result;
  };
}

function withoutCallbacks(options) {
  const { success, fail, complete, ...rest } = options;
  return rest;
}
