// Binding pages: data, handlers, patches, life cycle.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makeHost } from './support/host.mjs';
import { Program, until } from './support/program.mjs';
import { Shop, makeCatalog } from './support/shop.mjs';

async function started(catalog) {
  const { host } = makeHost(new Shop({ catalog }));
  return Program.start({ host });
}

test('a page has its data and handlers before the engine runs', async () => {
  const { host } = makeHost(new Shop());
  const { loadPackage } = await import('./support/program.mjs');
  const checkout = loadPackage().createCheckout({ server: 'https://shop.example', host });
  const options = checkout.page('cart');
  assert.equal(options.data.phase, 'loading');
  assert.deepEqual([...options.data.lines], []);
  for (const handler of ['onLoad', 'onShow', 'onHide', 'onUnload', 'onNotice', 'onIncrease', 'onCheckout']) {
    assert.equal(typeof options[handler], 'function', handler);
  }
  await checkout.ready;
});

test('one more of a line sends a few hundred bytes, however long the cart is', async () => {
  const program = await started(makeCatalog(60));
  const shop = program.open('shop');
  await until(() => shop.data.phase === 'ready');
  for (let at = 0; at < 60; at += 1) {
    shop.tap('onOpenProduct', { id: `p-${at}` });
    shop.tap('onAddToCart');
  }
  const cart = program.open('cart');
  const whole = cart.sent.join('').length;
  cart.sent.length = 0;
  cart.tap('onIncrease', { sku: 'sku-30' });
  const patch = cart.sent.join('');
  assert.ok(patch.includes('"lines[30].quantity":2') && !patch.includes('lines[29]'), patch);
  assert.ok(patch.length < 400 && whole > 10_000, `${patch.length} of ${whole}`);
});

for (const splice of [true, false]) {
  test(`a removed line is ${splice ? 'spliced' : 'replaced, where the host has no $spliceData'}`, async () => {
    const program = await started(makeCatalog(3));
    await program.fill([['p-0', 'sku-0', 1], ['p-1', 'sku-1', 1], ['p-2', 'sku-2', 1]]);
    const cart = program.open('cart', {}, { splice });
    cart.sent.length = 0;
    cart.tap('onRemove', { sku: 'sku-1' });
    assert.deepEqual(cart.data.lines.map((line) => line.sku), ['sku-0', 'sku-2']);
    assert.equal(cart.sent.some((patch) => patch === '{"lines":[1,1]}'), splice);
  });
}

test('a hidden page is told nothing and gets the whole view when it is shown', async () => {
  const program = await started();
  const shop = await program.fill([['blend', 'blend-250', 1]]);
  shop.onHide();
  shop.sent.length = 0;
  const cart = program.open('cart');
  cart.tap('onIncrease', { sku: 'blend-250' });
  assert.deepEqual(shop.sent, []);
  shop.onShow();
  assert.equal(shop.data.cartCount, 2);
});

test('two instances of a page follow on their own', async () => {
  const program = await started();
  await program.fill([['blend', 'blend-250', 1]]);
  const [one, other] = [program.open('cart'), program.open('cart')];
  one.tap('onIncrease', { sku: 'blend-250' });
  assert.equal(other.data.lines[0].quantity, 2);
  one.onUnload();
  one.sent.length = 0;
  other.tap('onIncrease', { sku: 'blend-250' });
  assert.deepEqual(one.sent, []);
});

test('a tap inside an element counts for it, and nonsense is a misuse with a code', async () => {
  const program = await started();
  const shop = program.open('shop');
  await until(() => shop.data.phase === 'ready');
  shop.onOpenProduct({ target: { dataset: { id: 'mug' } }, currentTarget: { dataset: {} } });
  assert.equal(shop.data.sheet.id, 'mug');
  const before = JSON.stringify(shop.data);
  for (const event of [undefined, {}, { currentTarget: { dataset: { id: 'no such' } } }, { currentTarget: { dataset: { id: {} } } }]) {
    shop.onOpenProduct(event);
  }
  assert.deepEqual(program.errors.map((error) => error.code), ['misuse', 'misuse', 'misuse', 'misuse']);
  assert.equal(JSON.stringify(shop.data), before);
});

test("a page that fails in setData doesn't take the checkout with it", async () => {
  const program = await started();
  const shop = await program.fill([['mug', 'mug', 1]]);
  shop.setData = () => {
    throw new Error('the view is gone');
  };
  shop.tap('onOpenProduct', { id: 'mug' });
  assert.deepEqual(program.errors.map((error) => error.code), ['host_failed']);
  const cart = program.open('cart');
  assert.equal(cart.data.phase, 'ready');
});

test("the developer's own members and life cycle come with the page", async () => {
  const program = await started();
  const seen = [];
  const options = program.checkout.page('shop', {
    data: { banner: 'Sale' },
    onLoad(query) {
      seen.push(['onLoad', query.from]);
    },
    onShare: () => 'shared',
  });
  assert.equal(options.data.banner, 'Sale');
  assert.equal(options.data.phase, 'loading');
  assert.equal(options.onShare(), 'shared');
  options.setData = () => {};
  options.onLoad({ from: 'poster' });
  assert.deepEqual(seen, [['onLoad', 'poster']]);
});
