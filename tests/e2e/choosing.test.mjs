// A shopper chooses before paying: a coupon, how the goods come, where to. And what they see after: every part
// of the total, how far the order is, what was given back.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import { assertLedgerSumsToZero, assertPaidOnce, newestOrder } from './support/books.mjs';
import { launchBrowser, openShop } from './support/shopper.mjs';
import { startSystem } from './support/system.mjs';

const ADDRESS = { name: 'Ana Reyes', line1: '12 Mabini St', city: 'Quezon City', state: 'Metro Manila', postcode: '1100' };

describe('a shopper who chooses', () => {
  let browser;
  let system;
  let shopper;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    system = await startSystem();
  });
  afterEach(async () => {
    assert.deepEqual(await shopper.errors(), [], "the tester's log has nothing in red");
    await shopper.close();
    await system.stop();
  });

  it('uses a coupon, has it sent, sees every part of the total, and follows the order', async () => {
    shopper = await openShop(browser, system);
    await shopper.putIntoCart('house-blend', 2);
    await shopper.goToConfirm();
    assert.equal(await shopper.text('total'), '₱840.00');

    await shopper.applyCoupon('SUMMER25');
    await shopper.see('coupon-problem').filter({ hasText: 'This coupon has expired' }).waitFor();
    await shopper.applyCoupon('welcome');
    await shopper.see('coupon-used').waitFor();
    assert.equal(await shopper.text('amount-discount'), '−₱84.00');

    await shopper.see('delivery-standard').click();
    await shopper.see('address-form').waitFor();
    assert.equal(await shopper.see('address-country').inputValue(), 'PH', 'the shop delivers there');
    await shopper.fillAddress({ ...ADDRESS, phone: 'ask the guard' });
    await shopper.see('address-problem').filter({ hasText: '7 to 15 digits' }).waitFor();
    assert.equal(await shopper.see('address-name').inputValue(), ADDRESS.name, 'what was typed stays');
    await shopper.fillAddress({ phone: '+63 917 555 0101' });
    await shopper.see('address').filter({ hasText: 'Ana Reyes' }).waitFor();
    assert.equal(await shopper.text('amount-delivery'), '₱80.00');
    // 840 - 84 + 80, of which 12 in 112 parts are tax.
    assert.equal(await shopper.text('total'), '₱836.00');
    assert.equal(await shopper.text('amount-tax'), '₱89.57');

    await shopper.see('pay').click();
    await shopper.cashierIsOpen();
    await shopper.confirmInCashier();
    const { order } = await assertPaidOnce(shopper, system, { lines: [{ sku: 'HB-250-WB', quantity: 2 }] });
    assert.equal(order.total, '83600');
    assert.deepEqual(order.breakdown.discounts, [{ label: 'Welcome to Amihan', amount: '8400' }]);
    assert.equal(order.address.phone, '+639175550101');
    assert.equal(await shopper.text('amount-discount'), '−₱84.00', 'the receipt says it too');

    await operator(system, order, 'fulfilment', { status: 'shipped', tracking: 'LBC 1234-5678' });
    await operator(system, order, 'refunds', { key: 'cup', amount: '8000', reason: 'late' });
    await shopper.awayAndBack();
    await shopper.see('tracking').filter({ hasText: 'LBC 1234-5678' }).waitFor();
    await shopper.see('refund').filter({ hasText: '₱80.00' }).waitFor();
    assert.equal(await shopper.text('message'), 'Your order is on its way');
    await assertLedgerSumsToZero(system);
  });

  it('orders what costs nothing, and no wallet hears of it', async () => {
    shopper = await openShop(browser, system);
    await shopper.putIntoCart('house-drip-bags', 1);
    await shopper.goToConfirm();
    await shopper.applyCoupon('TASTING');
    await shopper.see('coupon-used').waitFor();
    assert.equal(await shopper.text('total'), '₱0.00');
    assert.equal(await shopper.text('pay'), 'Place the order');
    await shopper.see('pay').click();
    await shopper.reaches('paid');
    assert.equal(await shopper.text('headline'), 'Ordered');
    const order = await newestOrder(system);
    assert.deepEqual([order.status, order.attempts.length], ['paid', 0]);
    assert.deepEqual((await system.ledger()).payments, []);
  });

  it('is told what changed while the page was open, and pays the new price', async () => {
    shopper = await openShop(browser, system);
    await shopper.putIntoCart('house-blend', 1);
    await shopper.goToConfirm();
    await system.importCatalog((catalog) => {
      catalog.products[0].variants[0].price = '43500';
    });
    await shopper.see('pay').click();
    await shopper.see('changes').filter({ hasText: 'House Blend costs ₱435.00 now, not ₱420.00' }).waitFor();
    await shopper.see('pay').filter({ hasText: '₱435.00' }).click();
    await shopper.cashierIsOpen();
    await shopper.confirmInCashier();
    await assertPaidOnce(shopper, system, { lines: [{ sku: 'HB-250-WB', quantity: 1 }] });
  });
});

/** What an operator of the merchant's does to an order, over the admin listener. */
async function operator(system, order, what, body) {
  const token = await readFile(join(system.folder, 'merchant-server/operator-token'), 'utf8');
  const response = await fetch(`${system.admin}/admin/v1/orders/${order.orderId}/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  assert.ok(response.ok, `${what}: ${response.status} ${await response.text()}`);
}
