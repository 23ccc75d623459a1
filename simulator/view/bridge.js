/**
 * The view's line to the shell: one message port, handed over when the frame has loaded.
 */

let port = null;

/** Sends to the logic, by way of the shell. */
export function sendUp(message) {
  port.postMessage(message);
}

/** Writes to the tester's log. */
export function tell(kind, text) {
  port?.postMessage({ t: 'view-log', kind, text });
}

/**
 * Waits for the port, then tells that the view is ready.
 * @param {Record<string, (message: any) => void>} handlers by message type
 */
export function connect(handlers) {
  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || event.origin !== window.location.origin || event.data !== 'simulator.port')
      return;
    [port] = event.ports;
    port.onmessage = ({ data }) => handlers[data.t](data);
    sendUp({ t: 'view-ready' });
  });
  window.parent.postMessage('simulator.view-loaded', window.location.origin);
}
