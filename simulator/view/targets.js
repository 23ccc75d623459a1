/**
 * Who takes data operations: pages and components that are mounted, by id.
 */
import { sendUp } from './bridge.js';

const targets = new Map();
const keyOf = (pageId, componentId) => (componentId === null ? `p${pageId}` : `c${componentId}`);

/** @param {(operations: any[], done: () => void) => void} take */
export function addTarget(pageId, componentId, take) {
  targets.set(keyOf(pageId, componentId), take);
}

export function removeTarget(pageId, componentId) {
  targets.delete(keyOf(pageId, componentId));
}

export function onOps({ pageId, componentId, json, ack }) {
  const done = () => {
    if (ack) sendUp({ t: 'ack', ack });
  };
  const take = targets.get(keyOf(pageId, componentId));
  if (take) take(JSON.parse(json), done);
  else done();
}
