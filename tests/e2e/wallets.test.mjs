// The same purchase in wallets that spell their OpenAPI differently: neither page nor books may tell them
// apart.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { assertPaidOnce } from './support/books.mjs';
import { launchBrowser, openShop } from './support/shopper.mjs';
import { startSystem } from './support/system.mjs';

describe('a shopper buys', () => {
  let browser;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const wallet of ['generic-v1', 'touch-n-go', 'super-qi', 'antom', 'dana']) {
    it(`in ${wallet}`, async () => {
      const system = await startSystem({ wallet });
      try {
        const shopper = await openShop(browser, system);
        await shopper.putIntoCart('house-blend', 2);
        await shopper.checkOut();
        await shopper.confirmInCashier();
        await assertPaidOnce(shopper, system, { lines: [{ sku: 'HB-250-WB', quantity: 2 }] });
        assert.deepEqual(await shopper.errors(), [], "the tester's log has nothing in red");
        await shopper.close();
      } finally {
        await system.stop();
      }
    });
  }
});
