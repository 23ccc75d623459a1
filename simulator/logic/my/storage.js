/**
 * Storage of the mini program, per customer. The Worker holds it all, so that the Sync forms answer at once;
 * the shell keeps it in the tester's browser.
 */
import { post } from '../channel.js';
import { PlatformError } from './call.js';

const VALUE_LIMIT = 200 * 1024;
const TOTAL_LIMIT_KB = 10 * 1024;
/** @type {Map<string, string>} key -> JSON text */
const store = new Map();

/** @param {Record<string, string>} entries */
export function loadStorage(entries) {
  for (const key of Object.keys(entries)) store.set(key, entries[key]);
}

function keyOf({ key } = {}) {
  if (typeof key !== 'string' || key === '') throw new PlatformError(2, 'key must be a text');
  return key;
}

function get(options) {
  const json = store.get(keyOf(options));
  return { data: json === undefined ? null : JSON.parse(json) };
}

function set(options) {
  const key = keyOf(options);
  const json = JSON.stringify(options.data === undefined ? null : options.data);
  const size = typeof options.data === 'string' ? options.data.length : json.length;
  if (size > VALUE_LIMIT)
    throw new PlatformError(2, `a value holds at most ${VALUE_LIMIT} characters, this one has ${size}`);
  const next = sizeInKb() + (json.length - (store.get(key) || '').length) / 1024;
  if (next > TOTAL_LIMIT_KB) throw new PlatformError(2, 'the storage of a mini program holds at most 10 MB');
  store.set(key, json);
  post({ t: 'storage', key, json });
}

function remove(options) {
  const key = keyOf(options);
  store.delete(key);
  post({ t: 'storage', key, json: null });
}

function clear() {
  store.clear();
  post({ t: 'storage', key: null, json: null });
}

function sizeInKb() {
  let size = 0;
  for (const [key, json] of store) size += key.length + json.length;
  return size / 1024;
}

function info() {
  return { keys: [...store.keys()], currentSize: Math.ceil(sizeInKb()), limitSize: TOTAL_LIMIT_KB };
}

export function storageApi() {
  return {
    async: { getStorage: get, setStorage: set, removeStorage: remove, clearStorage: clear, getStorageInfo: info },
    sync: {
      getStorageSync: get,
      setStorageSync: set,
      removeStorageSync: remove,
      clearStorageSync: clear,
      getStorageInfoSync: info,
    },
  };
}
