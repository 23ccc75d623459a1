/**
 * The tester's log, as seen from the Worker: calls, life cycle, console output, errors.
 */
import { onScopeEvent, post } from './channel.js';
import { redact } from '../shared/redact.js';

/** The browser's console as it was, for its own view of errors. */
const browserConsole = { error: console.error.bind(console) };
const errorListeners = new Set();
const rejectionListeners = new Set();
export const errorEvents = { error: errorListeners, rejection: rejectionListeners };

/** App's own onError and onUnhandledRejection; `my.offError()` does not reach them. */
export const appHooks = { error() {}, rejection() {} };

/**
 * @param {'call'|'life'|'console'|'warning'|'error'|'note'} kind
 * @param {string} text
 */
export function log(kind, text, detail) {
  post({ t: 'log', kind, text, detail });
}

/** A value as one short line, secrets masked. */
export function inspect(value, limit = 400) {
  if (typeof value === 'string') return value.length > limit ? `${value.slice(0, limit)}…` : value;
  if (value instanceof Error) return shortStack(value);
  if (typeof value === 'function') return value.name ? `[function ${value.name}]` : '[function]';
  if (value instanceof ArrayBuffer) return `[ArrayBuffer ${value.byteLength}]`;
  let text;
  try {
    text = JSON.stringify(redact(value));
  } catch {
    text = Object.prototype.toString.call(value);
  }
  if (text === undefined) return String(value);
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

const FRAMES = 5;

/** An error with the frames nearest to it; the browser's own console has them all, with their sources. */
function shortStack(error) {
  const head = `${error.name}: ${error.message}`;
  const frames = String(error.stack || '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  const shown = frames.slice(0, FRAMES).map((line) => line.replace(/\w+:\/\/[^\s)]*\/(logic\.js)(\?build=\d+)?/, '$1'));
  return [head, ...shown].join('\n');
}

/** Lets the program's console speak in the tester's log too. */
export function tapConsole() {
  for (const level of ['debug', 'log', 'info', 'warn', 'error']) {
    const original = console[level].bind(console);
    console[level] = (...args) => {
      original(...args);
      post({
        t: 'log',
        kind: level === 'error' ? 'error' : level === 'warn' ? 'warning' : 'console',
        text: args.map((each) => inspect(each, 2000)).join(' '),
      });
    };
  }
}

/** Runs the program's code; what it throws is logged as uncaught and does not stop the simulator. */
export function guard(what, run) {
  try {
    return run();
  } catch (error) {
    reportUncaught(error, what);
    return undefined;
  }
}

export function reportUncaught(error, what) {
  browserConsole.error(error);
  log('error', `Uncaught in ${what}: ${inspect(error, 2000)}`);
  const message = String(error && error.message ? error.message : error);
  for (const listener of [appHooks.error, ...errorListeners]) guardListener(listener, message, error && error.stack);
}

function guardListener(listener, ...args) {
  try {
    listener(...args);
  } catch (error) {
    log('error', `Uncaught in an error listener: ${inspect(error, 2000)}`);
  }
}

/** Watches for what nobody caught. */
export function watchUncaught() {
  onScopeEvent('error', (event) => {
    reportUncaught(event.error || event.message, 'a callback');
    event.preventDefault();
  });
  onScopeEvent('unhandledrejection', (event) => {
    log('error', `Unhandled rejection: ${inspect(event.reason, 2000)}`);
    const { reason, promise } = event;
    for (const listener of [appHooks.rejection, ...rejectionListeners]) guardListener(listener, { reason, promise });
    event.preventDefault();
  });
}
