// Which engine runs the core: WebAssembly where it works, its twin in JavaScript where it doesn't.
//
// In: the host, where the module lies, what the caller insists on. Out: a promise of
// `{ engine, reason, instantiate(imports) }`; `instantiate` gives a promise of the core's exports and can
// be called again for a fresh core. `reason` says why the twin runs.

import { fault, reasonOf } from './errors.js';

// Some hosts lose the callbacks of their file API.
const READ_TIMEOUT_MS = 5000;

export function chooseEngine(host, path, wanted) {
  if (wanted === 'twin') return loadTwin('the caller asked for it');
  return loadWasm(host, path).catch((thrown) => {
    const reason = reasonOf(thrown);
    if (wanted === 'wasm') throw fault('engine_unavailable', `WebAssembly can't run here: ${reason}`);
    return loadTwin(reason);
  });
}

function loadWasm(host, path) {
  if (typeof WebAssembly !== 'object' || typeof WebAssembly.compile !== 'function') {
    return Promise.reject(new Error('this engine has no WebAssembly'));
  }
  return readModule(host, path)
    .then((data) => WebAssembly.compile(intact(data)))
    .then((module) => ({
      engine: 'wasm',
      reason: null,
      instantiate: (imports) => WebAssembly.instantiate(module, imports).then((instance) => instance.exports),
    }));
}

function loadTwin(reason) {
  return new Promise((resolve) => {
    // Required here, not above: a program that runs WebAssembly never evaluates the twin.
    const twin = require('./twin.js');
    resolve({ engine: 'twin', reason, instantiate: (imports) => Promise.resolve(imports).then(twin.instantiate) });
  }).catch((thrown) => {
    throw fault('engine_unavailable', `neither WebAssembly (${reason}) nor the twin (${reasonOf(thrown)}) can run here`);
  });
}

function readModule(host, path) {
  if (typeof host.getFileSystemManager === 'function') {
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`${path} could not be read: no answer from the file API`)), READ_TIMEOUT_MS);
      host.getFileSystemManager().readFile({
        filePath: path,
        success: (result) => resolve(result.data),
        fail: (error) => reject(new Error(`${path} could not be read: ${reasonOf(error)}`)),
      });
    });
  }
  if (typeof fetch === 'function') {
    return fetch(path).then((response) => {
      if (!response.ok) throw new Error(`${path} could not be fetched: status ${response.status}`);
      return response.arrayBuffer();
    });
  }
  return Promise.reject(new Error('the host has neither a file API nor fetch'));
}

// The bytes, if they are those of the build. A host may decode the file as text or damage it, and its
// ArrayBuffer may come from another realm, so nothing is told by `instanceof`.
function intact(data) {
  if (typeof data === 'string' || !data || typeof data.byteLength !== 'number') {
    throw new Error('the host reads the module as text');
  }
  const bytes = data.buffer ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
  if (bytes.length !== WASM_LENGTH) {
    throw new Error(`the module is damaged: ${bytes.length} bytes instead of ${WASM_LENGTH}`);
  }
  if (fnv1a(bytes) !== WASM_HASH) throw new Error('the module is damaged: its hash is not that of the build');
  return bytes;
}

function fnv1a(bytes) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at += 1) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  return hash >>> 0;
}
