// Nothing is lost when the mini program goes away between order and payment: the server has the order,
// and opening the mini program again finds it.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import { assertPaidOnce, newestOrder } from './support/books.mjs';
import { launchBrowser, openShop } from './support/shopper.mjs';
import { startSystem } from './support/system.mjs';

const ONE_BAG = { lines: [{ sku: 'HB-250-WB', quantity: 1 }] };

describe('a mini program that went away', () => {
  let browser;
  let system;
  let shopper;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    system = await startSystem();
    shopper = await openShop(browser, system);
    await shopper.putIntoCart('house-blend', 1);
  });
  afterEach(async () => {
    await shopper.close();
    await system.stop();
  });

  /** From the shop's banner to "Paid". */
  async function payTheOpenOrder() {
    await shopper.see('open-order').click();
    await shopper.reaches('payable');
    await shopper.see('primary').click();
    await shopper.cashierIsOpen();
    await shopper.confirmInCashier();
    await assertPaidOnce(shopper, system, ONE_BAG);
  }

  it('is reloaded while the cashier is open, and finds the order payable', async () => {
    await shopper.checkOut();
    await shopper.page.reload();
    await payTheOpenOrder();
  });

  it('is killed while the cashier is open, and finds the order payable', async () => {
    await shopper.checkOut();
    await shopper.page.getByTestId('kill-reopen').click();
    await payTheOpenOrder();
  });

  it('is killed before the answer to the order came, and neither loses nor repeats it', async () => {
    const { answered } = await shopper.loseTheAnswerTo('/shop/v1/orders');
    await shopper.openCart();
    await shopper.see('checkout').click();
    await shopper.see('pay').click();
    await answered;
    await shopper.page.getByTestId('kill-reopen').click();

    await shopper.see('open-order').waitFor();
    assert.equal((await system.orders()).length, 1);
    assert.equal((await newestOrder(system)).status, 'awaiting_payment');
    await payTheOpenOrder();
    assert.equal((await system.orders()).length, 1, 'one intention, one order');
  });

  it('misses the end of a payment, and shows it as paid when it is opened again', async () => {
    await shopper.checkOut();
    await shopper.payBehindTheMiniProgramsBack();
    await shopper.page.getByTestId('kill-reopen').click();
    await shopper.products().first().waitFor();
    const order = await newestOrder(system);
    assert.equal(order.status, 'paid');
    assert.equal(await shopper.see('open-order').count(), 0, 'nothing is left to be paid');
  });
});
