/**
 * Takes away what the platform's logic layer lacks. Strict mode keeps only what ES2018 has, plus timers, console
 * and WebAssembly; the loose mode takes only the browser's own doors (DOM, network). Whatever stays reachable
 * in spite of that is reported.
 */

const DOORS = [
  'window',
  'self',
  'document',
  'location',
  'navigator',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'EventSource',
  'WebTransport',
  'importScripts',
  'postMessage',
  'onmessage',
  'addEventListener',
  'removeEventListener',
  'dispatchEvent',
  'close',
  'BroadcastChannel',
  'MessageChannel',
  'Worker',
  'SharedWorker',
  'indexedDB',
  'caches',
  'eval',
];

const ES2018 = [
  'Object',
  'Function',
  'Array',
  'Number',
  'String',
  'Boolean',
  'Symbol',
  'Date',
  'RegExp',
  'Promise',
  'Proxy',
  'Reflect',
  'JSON',
  'Math',
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'ArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'Infinity',
  'NaN',
  'undefined',
  'parseInt',
  'parseFloat',
  'isNaN',
  'isFinite',
  'encodeURI',
  'decodeURI',
  'encodeURIComponent',
  'decodeURIComponent',
  'escape',
  'unescape',
];

const HOST = ['console', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'WebAssembly'];

/** Members that came after ES2018: an old engine doesn't have them. */
const NEWER_MEMBERS = {
  Array: ['fromAsync'],
  'Array.prototype': [
    'flat',
    'flatMap',
    'at',
    'findLast',
    'findLastIndex',
    'toReversed',
    'toSorted',
    'toSpliced',
    'with',
  ],
  Object: ['fromEntries', 'hasOwn', 'groupBy'],
  Map: ['groupBy'],
  'Map.prototype': ['getOrInsert', 'getOrInsertComputed'],
  'Set.prototype': [
    'union',
    'intersection',
    'difference',
    'symmetricDifference',
    'isSubsetOf',
    'isSupersetOf',
    'isDisjointFrom',
  ],
  'String.prototype': ['at', 'matchAll', 'replaceAll', 'trimStart', 'trimEnd', 'isWellFormed', 'toWellFormed'],
  Promise: ['allSettled', 'any', 'withResolvers', 'try'],
  'ArrayBuffer.prototype': ['resize', 'transfer', 'transferToFixedLength'],
  Error: ['isError'],
  RegExp: ['escape'],
};

/**
 * @param {{strict: boolean, wasm: boolean}} mode
 * @returns {string[]} names that could not be taken away
 */
export function removeGlobals({ strict, wasm }) {
  const scope = self;
  const names = new Set(DOORS);
  if (strict) {
    const kept = new Set([...ES2018, ...HOST]);
    for (const name of namesOf(scope)) if (!kept.has(name)) names.add(name);
  }
  if (!wasm) names.add('WebAssembly');
  forbidCodeFromText(scope);
  if (strict) removeNewerMembers();
  const left = [];
  // A constant that can't be deleted is harmless; a function or an object is a door.
  for (const name of names) if (!remove(scope, name) && /^(object|function)$/.test(typeof scope[name])) left.push(name);
  return left;
}

function namesOf(scope) {
  const names = [];
  for (let holder = scope; holder && holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
    names.push(...Object.getOwnPropertyNames(holder).filter((name) => name !== 'constructor'));
  }
  return names;
}

function remove(scope, name) {
  for (let holder = scope; holder && holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
    if (!Object.prototype.hasOwnProperty.call(holder, name)) continue;
    if (!Reflect.deleteProperty(holder, name)) Reflect.defineProperty(holder, name, { value: undefined });
  }
  return !(name in scope) || scope[name] === undefined;
}

/** `new Function` is refused, as on the platform; `f instanceof Function` still holds. */
function forbidCodeFromText(scope) {
  const refuse = function Function() {
    throw new EvalError('making code from text is not available in a mini program');
  };
  for (const sample of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    const prototype = Object.getPrototypeOf(sample);
    Object.defineProperty(prototype, 'constructor', { value: refuse });
  }
  Object.defineProperty(refuse, 'prototype', { value: Object.getPrototypeOf(function () {}) });
  scope.Function = refuse;
}

function removeNewerMembers() {
  for (const [holder, members] of Object.entries(NEWER_MEMBERS)) {
    const [name, isPrototype] = holder.split('.');
    const target = isPrototype ? self[name].prototype : self[name];
    for (const member of members) delete target[member];
  }
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
  for (const member of ['at', 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'with']) delete typedArray[member];
}

/**
 * Tells the shell when the program really instantiates a WebAssembly module.
 * @param {(bytes: number) => void} onInstance
 */
export function watchWebAssembly(onInstance) {
  const wasm = WebAssembly;
  let bytes = 0;
  const size = (source) => (source && source.byteLength) || 0;
  wasm.Module = new Proxy(wasm.Module, {
    construct(target, args, newTarget) {
      bytes = size(args[0]);
      return Reflect.construct(target, args, newTarget === wasm.Module ? target : newTarget);
    },
  });
  wasm.Instance = new Proxy(wasm.Instance, {
    construct(target, args, newTarget) {
      const instance = Reflect.construct(target, args, newTarget === wasm.Instance ? target : newTarget);
      onInstance(bytes);
      return instance;
    },
  });
  for (const name of ['compile', 'instantiate']) {
    const original = wasm[name].bind(wasm);
    wasm[name] = (source, ...rest) => {
      bytes = size(source) || bytes;
      const result = original(source, ...rest);
      if (name === 'instantiate')
        result.then(
          () => onInstance(bytes),
          () => {},
        );
      return result;
    };
  }
  for (const name of ['compileStreaming', 'instantiateStreaming']) delete wasm[name];
}
