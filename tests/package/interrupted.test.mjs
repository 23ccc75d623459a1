// What a phone does to a program: it kills it, covers it, loses its connection and its callbacks.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makeHost } from './support/host.mjs';
import { ENGINES, Program, until } from './support/program.mjs';
import { Shop } from './support/shop.mjs';

for (const engine of ENGINES) {
  test(`${engine}: a program killed between order and payment finds the order again`, async () => {
    const shop = new Shop();
    const first = makeHost(shop);
    shop.onPlaced = first.kill;
    const before = await Program.start(first, { engine });
    await before.fill([['blend', 'blend-250', 2]]);
    const confirm = before.open('confirm');
    await until(() => confirm.data.phase === 'ready');
    confirm.tap('onPay');
    await until(() => shop.orders.size === 1);

    const second = makeHost(shop, { storage: first.storage });
    const after = await Program.start(second, { engine });
    const cart = after.open('cart');
    await until(() => cart.data.phase === 'empty');
    assert.equal(cart.data.openOrder.orderId, 'order-1');
    assert.equal(shop.orders.size, 1, 'starting places no order');
    assert.equal(second.calls.cashiers.length, 0, 'nor does it open a cashier');
    const result = after.open('result', { orderId: 'order-1' });
    await until(() => result.data.phase === 'payable');
    result.tap('onPrimary');
    await until(() => second.calls.cashiers.length === 1);
  });
}

test('the cart outlives the program, and another customer does not see it', async () => {
  const shop = new Shop();
  const phone = makeHost(shop);
  const first = await Program.start(phone);
  await first.fill([['mug', 'mug', 2]]);
  await until(() => phone.storage.size > 0 && shop.tokens.size === 1);
  await until(() => [...phone.storage.values()][0].includes('tag-ana'));
  const again = await Program.start(makeHost(shop, { storage: phone.storage }));
  const cart = again.open('cart');
  await until(() => cart.data.phase === 'ready');
  assert.equal(cart.data.lines[0].quantity, 2);
  shop.customerTag = 'tag-ben';
  const other = await Program.start(makeHost(shop, { storage: phone.storage }));
  const empty = other.open('cart');
  await until(() => empty.data.phase === 'empty');
});

test('a session that expired is opened anew and the request repeated', async () => {
  const shop = new Shop();
  const { host } = makeHost(shop);
  const program = await Program.start({ host });
  await program.fill([['mug', 'mug', 1]]);
  await until(() => shop.tokens.size === 1);
  shop.tokens = new Set(['of somebody else']);
  const confirm = program.open('confirm');
  await until(() => confirm.data.phase === 'ready');
  assert.equal(shop.requests.filter((request) => request === 'POST /quotes').length, 2);
});

test('without connection the shop says so, and its button brings it back', async () => {
  const shop = new Shop();
  shop.offline = true;
  const program = await Program.start(makeHost(shop));
  const page = program.open('shop');
  await until(() => page.data.phase === 'error');
  assert.equal(page.data.notice.code, 'offline');
  shop.offline = false;
  page.tap('onNotice');
  await until(() => page.data.phase === 'ready');
  assert.equal(page.data.notice, null);
});

test('a callback that the host loses does not strand the shopper', async () => {
  const shop = new Shop();
  const { host, calls, showApp } = makeHost(shop);
  const program = await Program.start({ host });
  await program.fill([['mug', 'mug', 1]]);
  const result = await program.order(calls);
  await until(() => calls.cashiers.length === 1);
  shop.orders.set('order-1', { ...shop.orders.get('order-1'), status: 'paid', version: 2 });
  showApp();
  await until(() => result.data.phase === 'paid');
});

test('a storage that never answers holds up neither the start nor an order', async () => {
  const { host, calls } = makeHost(new Shop());
  host.getStorage = () => {};
  host.setStorage = () => {};
  const program = await Program.start({ host });
  await program.fill([['mug', 'mug', 1]]);
  await program.order(calls);
  await until(() => calls.cashiers.length === 1);
  assert.deepEqual([...new Set(program.errors.map((error) => error.code))], ['host_failed'], 'and onError hears of it');
});

test('hosts that lack a method are told by name, and the page by what it shows', async () => {
  const shop = new Shop();
  const { host, calls } = makeHost(shop, { without: ['tradePay', 'getSiteInfo', 'setStorage', 'getStorage', 'onAppShow'] });
  const program = await Program.start({ host });
  await program.fill([['mug', 'mug', 1]]);
  const result = await program.order(calls);
  await until(() => result.data.phase === 'payable');
  assert.equal(result.data.notice.code, 'cashier_failed');
  assert.deepEqual(program.errors.map((error) => [error.code, error.message]), [
    ['host_failed', 'tradePay failed: the host has no such method'],
  ]);
});
