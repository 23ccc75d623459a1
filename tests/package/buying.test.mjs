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

  test(`${engine}: a coupon and a delivery to an address are asked for, shown and ordered`, async () => {
    const deliveries = [
      { id: 'pick-up', label: 'Pick up', price: '0', needsAddress: false },
      { id: 'standard', label: 'Standard', price: '8000', needsAddress: true },
    ];
    const shop = new Shop({ deliveries });
    const { host, calls } = makeHost(shop);
    const program = await Program.start({ host }, { engine });
    await program.fill([['mug', 'mug', 1]]);
    const confirm = program.open('confirm');
    await until(() => confirm.data.phase === 'ready');
    assert.deepEqual([shop.headers['shop-site-name'], shop.headers['shop-client-system']], ['SIMULATOR', 'Android']);

    confirm.submit('onApplyCoupon', { coupon: ' NONE ' });
    await until(() => confirm.data.coupon !== null && confirm.data.phase === 'ready');
    assert.equal(confirm.data.coupon.problem, 'There is no such coupon');
    confirm.submit('onApplyCoupon', { coupon: 'TEN' });
    await until(() => confirm.data.coupon.problem === '');
    confirm.tap('onChooseDelivery', { id: 'standard' });
    await until(() => confirm.data.address?.form);
    const typed = { name: 'Ana', phone: '0917 555 0101', line1: '1 Mabini St', line2: '', city: 'Manila', state: '', postcode: '', country: 'ph' };
    confirm.submit('onUseAddress', { ...typed, city: '' });
    assert.equal(confirm.data.address.form.wrong, 'city');
    confirm.submit('onUseAddress', typed);
    await until(() => confirm.data.mayPay);
    assert.deepEqual(confirm.data.amounts.map(({ label, amount }) => [label, amount]), [
      ['Items', '₱450.50'],
      ['Ten off', '−₱10.00'],
      ['Standard', '₱80.00'],
    ]);
    assert.equal(confirm.data.payLabel, 'Pay ₱520.50');
    confirm.tap('onPay');
    await until(() => calls.routes.some(([method]) => method === 'redirectTo'));
    const result = program.open('result', { orderId: 'order-1' });
    await until(() => result.data.phase === 'cashier');
    assert.equal(result.data.address, 'Ana, 09175550101, 1 Mabini St, Manila, PH');
    shop.change('order-1', { status: 'paid', fulfilment: { status: 'lost_at_sea', at: 1, tracking: null }, refunded: '52050' });
    await until(() => result.data.phase === 'paid');
    assert.equal(result.data.headline, 'Paid and given back');
    assert.equal(result.data.fulfilment.title, 'The shop is working on your order', 'a stage that a newer server knows');
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
