// A shopper buys: from the shelf to "Paid", on the good days and on the bad ones. Every test ends by
// holding the page, the merchant's database and the wallet's ledger against each other.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import { assertLedgerSumsToZero, assertPaidOnce, newestOrder, paymentsOf } from './support/books.mjs';
import { launchBrowser, openShop } from './support/shopper.mjs';
import { startSystem } from './support/system.mjs';

describe('a shopper', () => {
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

  it('buys two products in different quantities and is told that they are paid', async () => {
    shopper = await openShop(browser, system);
    await shopper.putIntoCart('atok-washed', 2);
    await shopper.putIntoCart('house-blend', 3);
    await shopper.checkOut();
    await shopper.confirmInCashier();

    await assertPaidOnce(shopper, system, {
      lines: [
        { sku: 'AW-200-WB', quantity: 2 },
        { sku: 'HB-250-WB', quantity: 3 },
      ],
    });
    assert.equal(await shopper.enginesName(), 'wasm');
  });

  it('buys with the twin where there is no WebAssembly', async () => {
    shopper = await openShop(browser, system, { engine: 'twin' });
    await shopper.putIntoCart('house-blend', 1);
    await shopper.checkOut();
    await shopper.confirmInCashier();

    await assertPaidOnce(shopper, system, { lines: [{ sku: 'HB-250-WB', quantity: 1 }] });
    assert.equal(await shopper.enginesName(), 'twin');
  });

  it('leaves the cashier and finds the order payable at the same cashier', async () => {
    shopper = await openShop(browser, system);
    await shopper.putIntoCart('house-blend', 1);
    await shopper.checkOut();
    const first = await shopper.cashierAddress();
    await shopper.cashier.getByTestId('cashier-cancel').click();

    await shopper.reaches('payable');
    const open = await newestOrder(system);
    assert.equal(open.status, 'awaiting_payment');
    assert.equal(open.attempts[0].status, 'open');
    assert.equal((await paymentsOf(system, open))[0].status, 'PROCESSING');
    await assertLedgerSumsToZero(system);

    await shopper.see('primary').click();
    await shopper.cashierIsOpen();
    assert.equal(await shopper.cashierAddress(), first);
    await shopper.confirmInCashier();
    await assertPaidOnce(shopper, system, { lines: [{ sku: 'HB-250-WB', quantity: 1 }] });
  });

  it('lacks balance, tops up, and pays', async () => {
    shopper = await openShop(browser, system, { customer: 'c-ben' });
    await shopper.putIntoCart('house-blend', 1);
    await shopper.checkOut();
    await shopper.confirmInCashier();
    await shopper.cashier.getByTestId('cashier-message').waitFor();

    const unpaid = await newestOrder(system);
    assert.equal(unpaid.status, 'awaiting_payment');
    assert.equal((await paymentsOf(system, unpaid))[0].status, 'PROCESSING');

    await shopper.topsUp();
    await shopper.confirmInCashier();
    await assertPaidOnce(shopper, system, { lines: [{ sku: 'HB-250-WB', quantity: 1 }] });
  });

  it('is refused for good by the wallet and pays by a new attempt', async () => {
    shopper = await openShop(browser, system, { customer: 'c-chloe' });
    await shopper.page.getByTestId('refuse-next').click();
    await shopper.putIntoCart('house-blend', 1);
    await shopper.checkOut();
    await shopper.confirmInCashier();
    await shopper.cashier.getByTestId('cashier-close').click();

    await shopper.reaches('failed');
    const failed = await newestOrder(system);
    assert.equal(failed.status, 'awaiting_payment');
    assert.equal(failed.attempts[0].status, 'failed');
    assert.equal((await paymentsOf(system, failed))[0].status, 'FAIL');

    await shopper.see('primary').click();
    await shopper.cashierIsOpen();
    await shopper.confirmInCashier();
    const { order } = await assertPaidOnce(shopper, system, {
      lines: [{ sku: 'HB-250-WB', quantity: 1 }],
      attempts: 2,
    });
    const ids = new Set(order.attempts.map((attempt) => attempt.paymentRequestId));
    assert.equal(ids.size, 2, 'the new attempt has an id of its own');
  });
});
