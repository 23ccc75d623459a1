// Runs the built package as a mini program would: in a realm of its own that lacks what the platform's
// logic layer lacks, with pages that keep their data the way the platform does.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const DIST = new URL('../../../pkg/dist/', import.meta.url);
const LACKING = [
  'globalThis', 'BigInt', 'BigInt64Array', 'BigUint64Array', 'FinalizationRegistry', 'WeakRef', 'Intl', 'SharedArrayBuffer', 'Atomics',
];
const NOT_IN_A_REALM = ['queueMicrotask', 'TextEncoder', 'TextDecoder', 'crypto', 'performance', 'fetch', 'self', 'window', 'process'];

export const ENGINES = ['wasm', 'twin'];

// `tamper(exports)` may change what an instance of the core exports, whichever engine runs it.
export function loadPackage({ webAssembly = true, globals = {}, tamper = (exports) => exports } = {}) {
  const realm = vm.createContext({ setTimeout: patient, ...globals });
  const doomed = webAssembly ? LACKING : [...LACKING, 'WebAssembly'];
  vm.runInContext(`(function (root) { ${doomed.map((name) => `delete root.${name};`).join(' ')} })(this)`, realm);
  for (const name of [...doomed, ...NOT_IN_A_REALM.filter((name) => !(name in globals))]) {
    assert.equal(vm.runInContext(`typeof ${name}`, realm), 'undefined', `${name} must be missing`);
  }
  if (webAssembly) {
    const { WebAssembly: engine } = vm.runInContext('({ WebAssembly })', realm);
    const instantiate = engine.instantiate;
    engine.instantiate = async (module, imports) => ({ exports: tamper({ ...(await instantiate(module, imports)).exports }) });
  }
  const load = (file) => {
    const module = { exports: {} };
    const source = readFileSync(new URL(file, DIST), 'utf8');
    const run = vm.runInContext(`(function (require, module, exports) { ${source}\n})`, realm, { filename: file });
    run(load, module, module.exports);
    if (file !== './twin.js') return module.exports;
    return { instantiate: (imports) => tamper(module.exports.instantiate(imports)) };
  };
  return load('index.js');
}

// A timer that only guards against a host that never answers doesn't keep a test alive.
function patient(callback, millis) {
  const timer = setTimeout(callback, millis);
  if (millis >= 1000) timer.unref();
}

// Opens pages of a checkout and follows what they are told to show.
export class Program {
  constructor(checkout, errors) {
    this.checkout = checkout;
    this.errors = errors;
  }

  static async start({ host }, { engine = 'wasm', realm, ...options } = {}) {
    const errors = [];
    const { createCheckout } = loadPackage({ webAssembly: engine === 'wasm', ...realm });
    const checkout = createCheckout({ server: 'https://shop.example', host, onError: (error) => errors.push(error), ...options });
    const program = new Program(checkout, errors);
    program.started = await checkout.ready;
    assert.equal(program.started.engine, engine);
    return program;
  }

  open(name, query = {}, { splice = true, visible = true } = {}) {
    const options = this.checkout.page(name);
    const page = Object.assign({}, options, { data: JSON.parse(JSON.stringify(options.data)), sent: [] });
    page.setData = (patch) => {
      page.sent.push(JSON.stringify(patch));
      assert.ok(!hasUndefined(patch), `undefined in ${JSON.stringify(patch)}`);
      Object.entries(patch).forEach(([path, value]) => assign(page.data, path, JSON.parse(JSON.stringify(value))));
    };
    if (splice) {
      page.$spliceData = (patch) => {
        page.sent.push(JSON.stringify(patch));
        Object.entries(patch).forEach(([path, args]) => page.data[path].splice(...JSON.parse(JSON.stringify(args))));
      };
    }
    page.submit = (handler, value) => page[handler]({ detail: { value } });
    page.tap = (handler, dataset = {}) => page[handler]({ currentTarget: { dataset } });
    page.onLoad(query);
    if (visible) page.onShow();
    return page;
  }

  // A shop page with this much in the cart.
  async fill(cart) {
    const shop = this.open('shop');
    await until(() => shop.data.phase === 'ready');
    for (const [product, sku, quantity] of cart) {
      shop.tap('onOpenProduct', { id: product });
      shop.tap('onChooseVariant', { sku });
      for (let more = 1; more < quantity; more += 1) shop.tap('onIncrease');
      shop.tap('onAddToCart');
    }
    return shop;
  }

  // From a filled cart to the result page of a placed order.
  async order(calls) {
    const confirm = this.open('confirm');
    await until(() => confirm.data.phase === 'ready');
    confirm.tap('onPay');
    await until(() => calls.routes.some(([method]) => method === 'redirectTo'));
    const [, url] = calls.routes.find(([method]) => method === 'redirectTo');
    confirm.onUnload();
    return this.open('result', { orderId: new URL(url, 'page://').searchParams.get('orderId') });
  }
}

function assign(data, path, value) {
  const steps = path.replace(/\[(\d+)\]/g, '.$1').split('.');
  const last = steps.pop();
  steps.reduce((node, step) => node[step], data)[last] = value;
}

function hasUndefined(value) {
  if (value === undefined) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasUndefined);
}

// Waits for something that promises and timers bring about.
export async function until(condition, what = condition.toString()) {
  for (let turn = 0; turn < 2000; turn += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.fail(`still waiting for: ${what}`);
}
