// Which engine runs, why, and what happens when it stops.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { makeHost } from './support/host.mjs';
import { ENGINES, Program, loadPackage, until } from './support/program.mjs';
import { Shop, makeCatalog } from './support/shop.mjs';

const MODULE = readFileSync(new URL('../../pkg/dist/checkout.wasm', import.meta.url));

async function start(hostOptions, options) {
  const { host } = makeHost(new Shop(), hostOptions);
  const { createCheckout } = loadPackage();
  return createCheckout({ server: 'https://shop.example', host, ...options }).ready;
}

test('an intact module runs, and the caller learns which engine it is', async () => {
  assert.deepEqual({ ...(await start()) }, { engine: 'wasm', reason: null, version: '0.1.0' });
});

test('the module uses nothing that the first version of WebAssembly lacks', () => {
  // Sections of later versions: tags (13), data count (12).
  const ids = [];
  for (let at = 8; at < MODULE.length; ) {
    ids.push(MODULE[at]);
    let [size, shift] = [0, 0];
    do {
      at += 1;
      size |= (MODULE[at] & 0x7f) << shift;
      shift += 7;
    } while (MODULE[at] & 0x80);
    at += 1 + size;
  }
  assert.deepEqual(ids.filter((id) => id > 11), []);
});

for (const [damage, module, reason] of [
  ['a module read as text', MODULE.toString('utf8'), /reads the module as text/],
  ['a module cut short', MODULE.subarray(0, MODULE.length - 1), /damaged: \d+ bytes instead of \d+/],
  ['a module with one byte changed', MODULE.map((byte, at) => (at === 1000 ? byte ^ 1 : byte)), /damaged: its hash/],
  ['a missing module', null, /could not be read: no file/],
]) {
  test(`${damage} is replaced by the twin, with the reason`, async () => {
    const started = await start({ module });
    assert.equal(started.engine, 'twin');
    assert.match(started.reason, reason);
  });
}

test('where the twin is not allowed, a damaged module is an error with a code', async () => {
  await assert.rejects(start({ module: null }, { engine: 'wasm' }), { code: 'engine_unavailable' });
});

test('options that cannot work are refused by name', () => {
  const { createCheckout } = loadPackage();
  for (const [options, named] of [
    [undefined, /'server'/],
    [{ server: 'shop.example', host: {} }, /'server'/],
    [{ server: 'https://shop.example/api', host: {} }, /'server'/],
    [{ server: 'https://shop.example' }, /'host'/],
    [{ server: 'https://shop.example', host: {}, engine: 'fast' }, /'engine'/],
  ]) {
    assert.throws(() => createCheckout(options), (error) => error.code === 'invalid_option' && named.test(error.message));
  }
  const { host } = makeHost(new Shop());
  assert.throws(() => createCheckout({ server: 'https://shop.example', host }).page('basket'), { code: 'invalid_option' });
});

test('the twin renders correctly past a growth of its memory', async () => {
  const sizes = [];
  let memory = null;
  const tamper = (exports) => {
    memory = exports.memory;
    sizes.push(memory.buffer.byteLength);
    return exports;
  };
  const { host } = makeHost(new Shop({ catalog: makeCatalog(6000) }));
  const program = await Program.start({ host }, { engine: 'twin', realm: { tamper } });
  const page = program.open('shop');
  await until(() => page.data.phase === 'ready');
  sizes.push(memory.buffer.byteLength);
  assert.ok(sizes[1] > sizes[0], `the memory grew: ${sizes}`);
  assert.equal(page.data.products.length, 6002);
  assert.deepEqual(page.data.products[6001], {
    id: 'p-5999', name: 'Product 5999 – ñandú', imageUrl: 'https://shop.example/media/p-5999.png', price: '₱10.00', soldOut: false, badge: '',
  });
  page.tap('onOpenProduct', { id: 'p-4321' });
  page.tap('onAddToCart');
  const cart = program.open('cart');
  assert.deepEqual(cart.data.lines.map((line) => line.name), ['Product 4321 – ñandú']);
  assert.deepEqual(program.errors, []);
});

for (const engine of ENGINES) {
  test(`${engine}: a core that traps is replaced from what is stored, and the pages come back`, async () => {
    let traps = 0;
    const tamper = (exports) => ({
      ...exports,
      core_tap: (...values) => {
        if (traps === 0 && values.length > 0 && armed) {
          traps += 1;
          throw new Error('unreachable');
        }
        return exports.core_tap(...values);
      },
    });
    let armed = false;
    const { host, storage } = makeHost(new Shop());
    const program = await Program.start({ host }, { engine, realm: { tamper } });
    await program.fill([['blend', 'blend-250', 2]]);
    const cart = program.open('cart');
    await until(() => [...storage.values()].some((stored) => stored.includes('"quantity":2')), 'the cart is stored');
    armed = true;
    cart.tap('onIncrease', { sku: 'blend-250' });
    await until(() => program.errors.length > 0);
    assert.deepEqual(program.errors.map((error) => error.code), ['core_trapped']);
    await until(() => cart.sent.filter((patch) => patch.includes('"phase":"ready"')).length > 1);
    cart.tap('onIncrease', { sku: 'blend-250' });
    assert.equal(cart.data.lines[0].quantity, 3, 'the tap that trapped is lost, the cart is not');
  });

  test(`${engine}: a core that always traps gives up and says so`, async () => {
    const tamper = (exports) => ({ ...exports, core_open: () => { throw new Error('unreachable'); } });
    const { host } = makeHost(new Shop());
    const program = await Program.start({ host }, { engine, realm: { tamper } });
    const page = program.open('shop');
    await until(() => page.data.phase === 'error');
    assert.equal(page.data.notice.code, 'core_trapped');
  });
}

test('in an HTML5 host the module and the server are reached by fetch', async (t) => {
  const shop = new Shop();
  const server = createServer((request, response) => {
    if (request.url === '/wasm/checkout.wasm') {
      response.end(MODULE);
      return;
    }
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', async () => {
      const { method, url, headers } = request;
      const answer = await shop.handle({ method, url: `http://localhost${url}`, headers, data: text ? JSON.parse(text) : null });
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${server.address().port}`;
  const globals = { fetch, Request, Response, Headers, URL, self: { fetch } };
  const { host, calls } = makeHost(shop, { without: ['request', 'getFileSystemManager'] });
  const program = await Program.start({ host }, { realm: { globals }, server: origin, wasm: `${origin}/wasm/checkout.wasm` });
  await program.fill([['mug', 'mug', 1]]);
  const result = await program.order(calls);
  await until(() => calls.cashiers.length === 1);
  calls.cashiers[0].leave('9000');
  shop.pay('order-1');
  await until(() => result.data.phase === 'paid');
  assert.deepEqual(program.errors, []);
});
