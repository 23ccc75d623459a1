// `./build.sh run`: what it prints, what it starts, what it keeps, how it ends.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { assertPaidOnce } from './support/books.mjs';
import { launchBrowser, openShop } from './support/shopper.mjs';
import { startSystem } from './support/system.mjs';

describe('run', () => {
  it('prints its address first and `ready` when everything answers', async (test) => {
    const system = await startSystem();
    test.after(() => system.stop());
    assert.deepEqual(system.printed, [system.address, 'ready']);
    for (const origin of [system.address, system.merchant, system.wallet, system.admin]) {
      assert.equal((await fetch(`${origin}/healthz`)).status, 200, origin);
    }
  });

  it('keeps orders, balances and keys between runs', async (test) => {
    const data = await mkdtemp(join(tmpdir(), 'wallet-checkout-kept-'));
    test.after(() => rm(data, { recursive: true, force: true }));
    const browser = await launchBrowser();
    test.after(() => browser.close());

    const first = await startSystem({ data });
    const shopper = await openShop(browser, first);
    await shopper.putIntoCart('house-blend', 1);
    await shopper.checkOut();
    await shopper.confirmInCashier();
    const { order } = await assertPaidOnce(shopper, first, { lines: [{ sku: 'HB-250-WB', quantity: 1 }] });
    const ledger = await first.ledger();
    await shopper.close();
    await first.stop();

    const second = await startSystem({ data });
    test.after(() => second.stop());
    assert.equal((await second.order(order.orderId)).status, 'paid');
    assert.deepEqual(await second.ledger(), ledger);
  });

  it('stops everything within three seconds of Ctrl-C, open long polls included', async (test) => {
    const system = await startSystem();
    test.after(() => system.stop());
    const browser = await launchBrowser();
    test.after(() => browser.close());
    const shopper = await openShop(browser, system);
    await shopper.putIntoCart('house-blend', 1);
    const polled = shopper.page.waitForRequest((request) => /wait=/.test(request.postData() ?? request.url()));
    await shopper.checkOut();
    await polled;

    const ended = once(system.child, 'exit');
    const asked = performance.now();
    system.child.kill('SIGINT');
    const [code] = await ended;
    const took = performance.now() - asked;
    assert.equal(code, 0);
    assert.ok(took < 3000, `it took ${Math.round(took)} ms`);
    assert.ok(!system.said.some((line) => line.includes("didn't stop in time")), 'no process had to be killed');
    for (const origin of [system.address, system.merchant, system.wallet, system.admin]) {
      await assert.rejects(fetch(`${origin}/healthz`), origin);
    }
  });

  it('sells in a currency without decimals', async (test) => {
    const system = await startSystem({ catalog: 'stationery' });
    test.after(() => system.stop());
    const browser = await launchBrowser();
    test.after(() => browser.close());
    const shopper = await openShop(browser, system);
    await shopper.products().first().click();
    await shopper.see('sheet-add').click();
    await shopper.checkOut();
    await shopper.confirmInCashier();
    await shopper.reaches('paid');
    const orders = await system.orders();
    const order = await system.order(orders[0].orderId);
    assert.equal(order.currency.code, 'JPY');
    assert.equal(await shopper.text('total'), `¥${Number(order.total).toLocaleString('en-US')}`);
  });
});
