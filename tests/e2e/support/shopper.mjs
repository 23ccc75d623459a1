// A shopper at the phone: a real Chromium on the platform simulator's page, moved as a person would.
// In: a running system. Out: what a person can do in the shop, the cashier and the tester's panel.

// One browser a test file, started as the simulator's own tests start it.
export { launchChromium as launchBrowser } from '../../../simulator/test/support/browser.js';

/** Opens the platform simulator and waits until the shop shows its products. */
export async function openShop(browser, system, { customer = 'c-ana', engine } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${system.address}/${engine === 'twin' ? '?engine=no-wasm' : ''}`);
  const shopper = new Shopper(page, system);
  await shopper.products().first().waitFor();
  await shopper.becomes(customer);
  return shopper;
}

export class Shopper {
  constructor(page, system) {
    this.page = page;
    this.system = system;
    this.phone = page.frameLocator('[data-testid="view-frame"]');
    this.cashier = page.frameLocator('[data-testid="cashier-frame"]');
  }

  see(testId) {
    return this.phone.getByTestId(testId);
  }

  products() {
    return this.phone.locator('[data-testid^="product-"]');
  }

  /** The tester chooses who holds the phone. */
  async becomes(customer) {
    const select = this.page.getByTestId('customer-select');
    if ((await select.inputValue()) === customer) return;
    await select.selectOption(customer);
    await this.products().first().waitFor();
  }

  async putIntoCart(product, quantity = 1) {
    await this.see(`product-${product}`).click();
    for (let more = 1; more < quantity; more += 1) await this.see('sheet-increase').click();
    await this.see('sheet-add').click();
    await this.see('sheet').waitFor({ state: 'hidden' });
  }

  async openCart() {
    await this.see('cart-bar').click();
    await this.see('checkout').waitFor();
  }

  /** From the shop to the confirmation with its price. */
  async goToConfirm() {
    await this.openCart();
    await this.see('checkout').click();
    await this.see('pay').waitFor();
  }

  async applyCoupon(code) {
    await this.see('coupon').fill(code);
    await this.see('coupon-apply').click();
  }

  /** Types these fields and sends the form. */
  async fillAddress(fields) {
    for (const [name, text] of Object.entries(fields)) await this.see(`address-${name}`).fill(text);
    await this.see('address-use').click();
  }

  /** The mini program goes to the background and comes back. */
  async awayAndBack() {
    await this.page.getByTestId('background').click();
    await this.page.getByTestId('foreground').click();
  }

  /** From the shop to the open cashier. */
  async checkOut() {
    await this.goToConfirm();
    await this.see('pay').click();
    await this.cashierIsOpen();
  }

  cashierIsOpen() {
    return this.cashier.getByTestId('cashier-amount').waitFor();
  }

  async confirmInCashier() {
    await this.cashier.getByTestId('cashier-confirm').click();
  }

  /** The address behind the cashier that is open, without who is logged in. */
  async cashierAddress() {
    const source = await this.page.getByTestId('cashier-frame').getAttribute('src');
    return source.split('#')[0];
  }

  /** The network swallows every answer to this POST; `answered` resolves when the server has given one. */
  async loseTheAnswerTo(path) {
    let lost;
    const answered = new Promise((resolve) => {
      lost = resolve;
    });
    await this.page.route('**/_platform/request', async (route) => {
      const asked = route.request().postDataJSON();
      if (asked.method !== 'POST' || !asked.url.endsWith(path)) return route.continue();
      await route.fetch();
      lost();
      return route.abort();
    });
    return { answered };
  }

  /** The shopper pays, and the mini program never hears of it: its page is cut off while the wallet works. */
  async payBehindTheMiniProgramsBack() {
    await this.page.route('**/_platform/request', (route) => route.abort());
    await this.confirmInCashier();
    await this.cashier.getByTestId('cashier-close').waitFor();
    await this.page.unroute('**/_platform/request');
  }

  /** The tester gives the customer money, and sees it arrive. */
  async topsUp(currency = 'PHP') {
    const balance = this.page.getByTestId(`balance-${currency}`);
    const before = await balance.innerText();
    await this.page.getByTestId('top-up').click();
    await balance.filter({ hasNotText: before }).waitFor();
  }

  /** Which engine runs the core, as the platform saw it start. */
  async enginesName() {
    const engine = await this.page.getByTestId('engine').getAttribute('data-engine');
    return engine === 'javascript' ? 'twin' : engine;
  }

  /** What the tester's log shows in red. */
  async errors() {
    return this.page.locator('[data-testid="log"] [data-kind="error"]').allInnerTexts();
  }

  async reaches(phase) {
    await this.see(`result-phase-${phase}`).waitFor();
  }

  text(testId) {
    return this.see(testId).innerText();
  }

  async close() {
    await this.page.context().close();
  }
}
