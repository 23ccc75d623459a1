/**
 * One run of the mini program: its Worker (logic), its frame (view), and the messages between them.
 * Stopping ends both; what the program stored stays with the shell.
 */

export class Runtime {
  #frame;
  #native;
  #handlers;
  #run = null;
  #dark = false;

  /**
   * @param {{frame: HTMLElement, native: {call: Function, abort: Function}, handlers: Record<string, (message: any) => void>}} parts
   */
  constructor({ frame, native, handlers }) {
    this.#frame = frame;
    this.#native = native;
    this.#handlers = handlers;
    window.addEventListener('message', (event) => {
      const run = this.#run;
      if (!run || event.source !== run.view.contentWindow || event.origin !== window.location.origin) return;
      if (event.data === 'simulator.view-loaded') this.#connectView(run);
    });
  }

  /** @param {any} init what the Worker is told */
  start(init) {
    const view = document.createElement('iframe');
    view.title = 'Mini program';
    view.dataset.testid = 'view-frame';
    const worker = new Worker(`/_platform/app/logic.js?build=${init.build}`, { name: 'mini program logic' });
    const run = { view, worker, port: null, waiting: [], init };
    this.#run = run;
    worker.onmessage = ({ data }) => {
      if (this.#run === run) this.#fromWorker(run, data);
    };
    worker.onerror = (event) => {
      if (this.#run === run)
        this.#handlers.failed({ message: `The logic could not be loaded: ${event.message || 'the script failed'}` });
      event.preventDefault();
    };
    view.src = `/_platform/view.html?build=${init.build}`;
    this.#frame.replaceChildren(view);
  }

  stop() {
    const run = this.#run;
    if (!run) return;
    this.#run = null;
    run.worker.terminate();
    run.port?.close();
    run.view.remove();
  }

  /** To the logic. */
  send(message, transfer = []) {
    this.#run?.worker.postMessage(message, transfer);
  }

  /** The phone's own light or dark. */
  setDark(dark) {
    this.#dark = dark;
    this.#run?.port?.postMessage({ t: 'theme', dark });
  }

  #connectView(run) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      if (this.#run !== run) return;
      if (data.t === 'view-ready') this.#flush(run, port1);
      else if (data.t === 'view-log') this.#handlers.log(data);
      else run.worker.postMessage(data);
    };
    run.view.contentWindow.postMessage('simulator.port', window.location.origin, [port2]);
  }

  #flush(run, port) {
    run.port = port;
    port.postMessage({ t: 'theme', dark: this.#dark });
    for (const message of run.waiting.splice(0)) port.postMessage(message);
  }

  #fromWorker(run, message) {
    switch (message.t) {
      case 'worker-ready':
        run.worker.postMessage({ t: 'init', ...run.init });
        return;
      case 'view':
        if (run.port) run.port.postMessage(message.m);
        else run.waiting.push(message.m);
        return;
      case 'native':
        this.#callNative(run, message);
        return;
      case 'abort':
        this.#native.abort(message.id);
        return;
      default:
        this.#handlers[message.t](message);
    }
  }

  async #callNative(run, { id, name, args }) {
    let reply;
    try {
      reply = { t: 'native-result', id, result: await this.#native.call(id, name, args) };
    } catch (error) {
      if (!error.answer) this.#handlers.failed({ message: `${name}: ${error.stack || error}` });
      reply = {
        t: 'native-result',
        id,
        error: { answer: error.answer || { error: 3, errorMessage: String(error.message || error) } },
      };
    }
    const bytes = reply.result && reply.result.data instanceof ArrayBuffer ? [reply.result.data] : [];
    if (this.#run === run) run.worker.postMessage(reply, bytes);
  }
}
