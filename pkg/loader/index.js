// The package's entry: `createCheckout`.
//
// A page registers itself the moment its module runs, long before a WebAssembly module is read and
// compiled. So the handle exists at once, remembers the pages that opened meanwhile, and tells the core
// when it lives. The same memory brings the pages back when the core trapped and a new one took over.

import { chooseEngine } from './engine.js';
import { fault, reasonOf } from './errors.js';
import { createInstance } from './instance.js';
import { PAGES, apply, pageOptions } from './page.js';

// So often a core that traps is replaced before the shopper does anything; then there is no point.
const MAX_RESTARTS = 2;

export function createCheckout(options) {
  const settings = checked(options);
  const checkout = new Runtime(settings);
  return {
    ready: checkout.start(),
    page(name, extra) {
      if (!PAGES.includes(name)) throw fault('invalid_option', `there is no page '${name}': it is one of ${PAGES.join(', ')}`);
      return pageOptions(name, checkout, extra);
    },
  };
}

function checked(options) {
  const given = options || {};
  const server = typeof given.server === 'string' ? given.server.replace(/\/$/, '') : '';
  if (!/^https?:\/\/[^/?#]+$/.test(server)) {
    throw fault('invalid_option', "option 'server' must be the origin of the merchant server, like https://shop.example");
  }
  const host = given.host || (typeof my === 'object' ? my : null);
  if (host === null || (typeof host !== 'object' && typeof host !== 'function')) {
    throw fault('invalid_option', "option 'host' must be the object with the JSAPI: there is no global 'my' here");
  }
  if (given.engine !== undefined && !['auto', 'wasm', 'twin'].includes(given.engine)) {
    throw fault('invalid_option', "option 'engine' must be 'auto', 'wasm' or 'twin'");
  }
  const routes = {};
  PAGES.forEach((name) => {
    routes[name] = (given.routes && given.routes[name]) || `/pages/${name}/${name}`;
  });
  return {
    server,
    host,
    routes,
    wasm: given.wasm || '/wasm/checkout.wasm',
    engine: given.engine || 'auto',
    onError: typeof given.onError === 'function' ? given.onError : () => {},
  };
}

class Runtime {
  constructor(settings) {
    this.settings = settings;
    this.engine = null;
    this.core = null;
    this.failure = null;
    // Open pages by number, `{ page, name, orderId, visible }`.
    this.entries = new Map();
    this.lastNumber = 0;
    this.restarts = 0;
  }

  start() {
    const { host, wasm, engine } = this.settings;
    if (typeof host.onAppShow === 'function') {
      host.onAppShow(() => {
        if (this.core) this.core.appShown();
      });
    }
    const ready = chooseEngine(host, wasm, engine)
      .then((chosen) => {
        this.engine = chosen;
        return this.bringToLife();
      })
      .then(() => ({ engine: this.engine.engine, reason: this.engine.reason, version: BUILD_VERSION }))
      .catch((thrown) => {
        const failure = thrown.code ? thrown : fault('engine_unavailable', reasonOf(thrown));
        this.giveUp(failure);
        throw failure;
      });
    // Who doesn't ask hears of it through onError; an unhandled rejection would end some hosts.
    ready.catch(() => {});
    return ready;
  }

  bringToLife() {
    return createInstance(this.engine, (error) => this.trapped(error)).then((Core) => {
      const { host, server, routes } = this.settings;
      const core = new Core(this.shell(), host, server, PAGES.map((name) => routes[name]));
      this.core = core;
      this.entries.forEach((entry, number) => this.introduce(core, number, entry));
    });
  }

  introduce(core, number, { name, orderId, visible }) {
    core.open(number, name, orderId);
    if (visible) core.show(number);
  }

  // What the core may ask of the loader. A page that fails is its own fault, not the core's: nothing it
  // throws may pass through WebAssembly.
  shell() {
    const tell = (number, deliver) => {
      const entry = this.entries.get(number);
      if (!entry) return;
      try {
        deliver(entry.page);
      } catch (thrown) {
        this.report(fault('host_failed', `setData of page '${entry.name}' failed: ${reasonOf(thrown)}`));
      }
    };
    return {
      view: (number, view) => tell(number, (page) => page.setData(view)),
      patch: (number, changes) => tell(number, (page) => apply(page, changes)),
      report: (code, message) => this.report(fault(code, message)),
    };
  }

  report(error) {
    try {
      this.settings.onError(error);
    } catch (ignored) {
      // A handler of errors that fails has nobody left to tell.
    }
  }

  trapped(error) {
    this.core = null;
    this.report(fault('core_trapped', `the core stopped (${reasonOf(error)}) and was started anew from what is stored`));
    this.restarts += 1;
    if (this.restarts > MAX_RESTARTS) {
      this.giveUp(fault('core_trapped', 'the core stops again and again'));
      return;
    }
    this.bringToLife().catch((thrown) => this.giveUp(fault('engine_unavailable', reasonOf(thrown))));
  }

  giveUp(failure) {
    this.failure = failure;
    this.report(failure);
    this.entries.forEach(({ page }) => this.showFailure(page));
  }

  showFailure(page) {
    page.setData({
      phase: 'error',
      notice: {
        code: this.failure.code,
        title: 'The shop can’t open',
        message: 'Close the mini program and open it again. If that doesn’t help, update your wallet app.',
        action: null,
      },
    });
  }

  // ---- what pages tell

  open(page, name, query) {
    this.lastNumber += 1;
    page.$checkout = this.lastNumber;
    const entry = { page, name, orderId: query.orderId ? String(query.orderId) : '', visible: false };
    this.entries.set(this.lastNumber, entry);
    if (this.failure) this.showFailure(page);
    else if (this.core) this.introduce(this.core, this.lastNumber, entry);
  }

  show(page) {
    this.setVisible(page, true);
    if (this.core) this.core.show(page.$checkout);
  }

  hide(page) {
    this.setVisible(page, false);
    if (this.core) this.core.hide(page.$checkout);
  }

  setVisible(page, visible) {
    const entry = this.entries.get(page.$checkout);
    if (entry) entry.visible = visible;
  }

  close(page) {
    this.entries.delete(page.$checkout);
    if (this.core) this.core.close(page.$checkout);
  }

  tap(page, handler, key, form) {
    this.restarts = 0;
    // Before the core lives there is nothing to tap but what the page itself drew.
    if (this.core) this.core.tap(page.$checkout, handler, key, form);
  }
}
