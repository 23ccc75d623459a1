// The built package, from the catalogue to paid, once with each engine.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makeHost } from './support/host.mjs';
import { ENGINES, Program, until } from './support/program.mjs';
import { Shop } from './support/shop.mjs';

for (const engine of ENGINES) {
  test(`${engine}: two products are bought and the wallet's word makes them paid`, async () => {
    const shop = new Shop();
    const { host, calls } = makeHost(shop);
    const program = await Program.start({ host }, { engine });
    const shopPage = await program.fill([['blend', 'blend-250', 2], ['mug', 'mug', 1]]);
    assert.equal(shopPage.data.cartCount, 3);

    const cart = program.open('cart');
    await until(() => cart.data.phase === 'ready');
    assert.deepEqual(cart.data.lines.map((line) => [line.name, line.quantity, line.total]), [
      ['House Blend', 2, '₱640.00'],
      ['Mug “Kapé” ☕', 1, '₱450.50'],
    ]);
    assert.equal(cart.data.subtotal, '₱1,090.50');
    cart.tap('onCheckout');
    await until(() => calls.routes.length > 0);
    assert.deepEqual(calls.routes[0], ['navigateTo', '/pages/confirm/confirm']);

    const result = await program.order(calls);
    await until(() => calls.cashiers.length === 1);
    assert.deepEqual(calls.cashiers[0].argument, { paymentUrl: 'https://wallet.example/cashier/1' });
    assert.equal(result.data.phase, 'cashier');
    calls.cashiers[0].leave('9000');
    await until(() => result.data.phase === 'confirming');
    assert.deepEqual(shop.hints, ['9000'], 'the hint reached the server');
    shop.pay('order-1');
    await until(() => result.data.phase === 'paid');
    assert.equal(result.data.total, '₱1,090.50');
    await until(() => cart.data.phase === 'empty');
    assert.deepEqual(program.errors, []);
  });

  test(`${engine}: a cancelled cashier can be opened again, a failed attempt be followed by another`, async () => {
    const shop = new Shop({ cashierIsLate: true });
    const { host, calls } = makeHost(shop);
    const program = await Program.start({ host }, { engine });
    await program.fill([['blend', 'blend-250', 1]]);
    const result = await program.order(calls);
    await until(() => result.data.phase === 'preparing');
    shop.openCashier('order-1');
    await until(() => calls.cashiers.length === 1);
    calls.cashiers[0].leave('6001');
    await until(() => result.data.phase === 'payable');
    result.tap('onPrimary');
    await until(() => calls.cashiers.length === 2);
    assert.deepEqual(calls.cashiers[1].argument, calls.cashiers[0].argument, 'the same cashier');
    calls.cashiers[1].leave('4000');
    await until(() => result.data.phase === 'confirming');
    shop.fail('order-1');
    await until(() => result.data.phase === 'failed');
    assert.match(result.data.message, /The wallet refused/);
    result.tap('onPrimary');
    await until(() => calls.cashiers.length === 3);
    assert.deepEqual(calls.cashiers[2].argument, { paymentUrl: 'https://wallet.example/cashier/2' });
    calls.cashiers[2].leave('9000');
    shop.pay('order-1');
    await until(() => result.data.phase === 'paid');
    assert.equal(shop.orders.size, 1);
    assert.deepEqual(program.errors, []);
  });
}
