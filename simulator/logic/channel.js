/**
 * The Worker's only way out: messages to the shell (the tester's page). The references to the browser's own
 * functions are taken here, once, before `globals.js` removes them from the program's sight.
 */

const scope = self;
const send = scope.postMessage.bind(scope);
const listen = scope.addEventListener.bind(scope);
const handlers = new Map();

/** @param {{t: string} & Record<string, any>} message */
export function post(message) {
  send(message);
}

/** Registers what happens on a message type from the shell. */
export function on(type, handler) {
  handlers.set(type, handler);
}

/** Registers a listener for the scope's own events, `error` and `unhandledrejection`. */
export function onScopeEvent(type, handler) {
  listen(type, handler);
}

/** Starts listening; until then messages wait in the browser's queue. */
export function openChannel() {
  listen('message', ({ data }) => {
    const handler = handlers.get(data.t);
    if (handler) handler(data);
  });
}

let lastCall = 0;
const pending = new Map();
handlers.set('native-result', ({ id, result, error }) => {
  const call = pending.get(id);
  if (!call) return;
  pending.delete(id);
  if (error) call.reject(error);
  else call.resolve(result);
});

/**
 * Asks the shell to do what the Worker can't: draw, ask the network, open the cashier.
 * @param {string} name
 * @param {any} args
 * @returns {{id: number, result: Promise<any>}}
 */
export function callNative(name, args) {
  const id = ++lastCall;
  const result = new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
  send({ t: 'native', id, name, args });
  return { id, result };
}
