/**
 * What pages and components have in common: data that changes at once in the logic, and operations that carry
 * exactly what setData was given to the view, as JSON.
 */
import { applyOperation, findUndefined } from '../shared/data-path.js';
import { post } from './channel.js';
import { guard, log } from './log.js';

const LARGE = 256 * 1024;
const CALLS_PER_SECOND = 20;

let lastAck = 0;
const callbacks = new Map();

/** A copy that shares nothing with the original, and holds only what JSON can. */
export function jsonCopy(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/**
 * Gives an instance setData, $spliceData and $batchedUpdates.
 * @param {any} instance with `data`
 * @param {{pageId: number, componentId: number | null, label: string}} identity
 * @param {(before: any) => void} [changed] runs after each change
 */
export function giveData(instance, identity, changed = () => {}) {
  const state = { batch: null, recent: [] };
  const change = (kind, patch, callback, method) => {
    if (identity.gone) {
      log('warning', `${identity.label}: ${method} after the page is gone does nothing`);
      return;
    }
    const hole = findUndefined(patch);
    if (hole !== null)
      log(
        'warning',
        `${identity.label}: ${method} with undefined at "${hole}"; the platform drops it or breaks, pass null`,
      );
    const before = instance.data;
    const operation = { kind, patch };
    instance.data = applyOperation(instance.data, operation);
    if (state.batch) state.batch.push({ operation, callback });
    else send(identity, state, [{ operation, callback }]);
    changed(before);
  };
  instance.setData = (patch, callback) => change('set', patch, callback, 'setData');
  instance.$spliceData = (patch, callback) => change('splice', patch, callback, '$spliceData');
  instance.$batchedUpdates = (run) => {
    if (state.batch) {
      run();
      return;
    }
    state.batch = [];
    try {
      run();
    } finally {
      const entries = state.batch;
      state.batch = null;
      if (entries.length) send(identity, state, entries);
    }
  };
}

function send(identity, state, entries) {
  const json = JSON.stringify(entries.map(({ operation }) => operation));
  watchVolume(identity, state, json.length);
  const waiting = entries.map(({ callback }) => callback).filter((callback) => typeof callback === 'function');
  const ack = ++lastAck;
  if (waiting.length) callbacks.set(ack, { label: identity.label, waiting });
  post({
    t: 'view',
    m: { t: 'ops', pageId: identity.pageId, componentId: identity.componentId, json, ack: waiting.length ? ack : 0 },
  });
}

function watchVolume(identity, state, size) {
  if (size > LARGE)
    log(
      'warning',
      `${identity.label}: one setData carried ${Math.round(size / 1024)} KB; the platform advises at most 256 KB`,
    );
  const now = Date.now();
  state.recent = state.recent.filter((at) => now - at < 1000);
  state.recent.push(now);
  if (state.recent.length === CALLS_PER_SECOND + 1)
    log('warning', `${identity.label}: more than ${CALLS_PER_SECOND} setData calls within a second`);
}

/** The view has drawn what an operation carried. */
export function acknowledged(ack) {
  const entry = callbacks.get(ack);
  if (!entry) return;
  callbacks.delete(ack);
  for (const callback of entry.waiting) guard(`a setData callback of ${entry.label}`, callback);
}
