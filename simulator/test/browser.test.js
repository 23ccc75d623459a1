/**
 * The fixture in the real page, in Chromium: logic in its Worker, view in the phone, wallet and merchant beside it.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { launchChromium } from './support/browser.js';
import { FIXTURE, bodyOf, listen, sendJson, startSimulator } from './support/servers.js';
import { startWallet } from './support/wallet.js';

let browser;
let wallet;
let merchant;
let simulator;
let page;
let phone;
/** Where the merchant sends the shopper to pay; null: to the wallet. */
let cashierUrl = null;

before(async () => {
  wallet = await startWallet();
  merchant = await listen(async (request, response) => {
    if (request.url === '/echo') sendJson(response, 200, { echo: JSON.parse(await bodyOf(request)) });
    else if (request.url === '/cashier-url')
      sendJson(response, 200, { url: cashierUrl || `${wallet.origin}/cashier/p1` });
    else sendJson(response, 404, { code: 'nothing' });
  });
  simulator = await startSimulator([
    '--merchant',
    merchant.origin,
    '--wallet',
    wallet.origin,
    '--miniprogram',
    FIXTURE,
    '--no-watch',
  ]);
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  await simulator?.stop();
  await Promise.all([wallet?.close(), merchant?.close()]);
});

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(10_000);
  await page.addInitScript((server) => {
    const key = 'platform-simulator.storage.c-ana';
    if (window === window.top && !localStorage.getItem(key))
      localStorage.setItem(key, JSON.stringify({ server: JSON.stringify(server) }));
  }, merchant.origin);
});

afterEach(() => page.close());

async function open(path = '/', origin = simulator.origin) {
  await page.goto(origin + path);
  phone = page.frameLocator('[data-testid=view-frame]');
  await phone.getByTestId('title').waitFor();
}

const tap = (id) => phone.getByTestId(id).click();
const logText = () => page.getByTestId('log').innerText();

/** Waits until an element says what it should. */
async function says(locator, expected) {
  const matches = (text) => (expected instanceof RegExp ? expected.test(text) : text === expected);
  const end = Date.now() + 10_000;
  let text;
  do {
    text = (await locator.innerText()).trim();
    if (matches(text)) return;
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          requestAnimationFrame(resolve);
        }),
    );
  } while (Date.now() < end);
  assert.fail(`it says "${text}", not ${expected}`);
}

const out = (expected) => says(phone.getByTestId('out'), expected);

test('the Worker lacks what the platform lacks', async () => {
  await open();
  await says(phone.getByTestId('globals'), /; present WebAssembly setTimeout$/);
  assert.equal(await page.locator('[data-testid=log] [data-kind=error]').count(), 0);
});

test('?engine=no-wasm takes WebAssembly away too', async () => {
  await open('/?engine=no-wasm');
  await says(phone.getByTestId('globals'), /; present setTimeout$/);
  await says(page.getByTestId('engine'), 'JavaScript, no WebAssembly');
});

test("?strict=0 takes only the browser's doors", async () => {
  await open('/?strict=0');
  await says(
    phone.getByTestId('globals'),
    /^lacking window self document fetch .*; present globalThis BigInt .*Array\.flat WebAssembly/,
  );
});

test('path keys reach the DOM, data changes at once, the callback runs when it is drawn', async () => {
  await open();
  await tap('path');
  await says(phone.getByTestId('title'), 'now 9');
  await says(phone.getByTestId('quantity').nth(1), 'Bread × 9');
  await out('drawn with 9');
});

test('$spliceData edits a list in place, within one batch', async () => {
  await open();
  await tap('splice');
  await says(phone.getByTestId('last'), 'adec');
  assert.deepEqual(await phone.getByTestId('quantity').allInnerTexts(), [
    'Apple × 1',
    'Dates × 4',
    'Eggs × 5',
    'Cheese × 3',
  ]);
});

test('setData with undefined is warned about', async () => {
  await open();
  await tap('hole');
  await says(phone.getByTestId('title'), 'hole');
  assert.match(await logText(), /setData with undefined at "lines\[0\]\.quantity"/);
});

test('a tap bubbles to onTap with both datasets, catchTap stops it', async () => {
  await open();
  await phone.getByTestId('quantity').first().click();
  await says(phone.getByTestId('last'), 'tapped a number 0 target quantity');
  await phone.getByTestId('remove').nth(1).click();
  await says(phone.getByTestId('last'), 'removed b');
  assert.equal(await phone.getByTestId('line').count(), 2);
});

test('what can be tapped can be reached and pressed by keyboard', async () => {
  await open();
  const remove = phone.getByRole('button', { name: 'Remove Apple', exact: true });
  await remove.focus();
  await page.keyboard.press('Enter');
  await says(phone.getByTestId('last'), 'removed a');
});

test('components get props, callbacks, slots and their life cycle', async () => {
  await open();
  await says(phone.getByTestId('slot'), 'count');
  await tap('plus');
  await says(phone.getByTestId('stepper-value'), '2 / 1');
  const text = await logText();
  assert.match(text, /stepper mounted with 1/);
  assert.match(text, /stepper 1 -> 2/);
});

test('templates, SJS, input and package images work', async () => {
  await open();
  assert.equal(await phone.locator('.row').innerText(), 'total: ₱300');
  await phone.getByTestId('name').fill('Ana');
  await says(phone.getByTestId('typed'), 'Ana');
  assert.equal(await phone.getByTestId('dot').evaluate((image) => image.naturalWidth), 8);
});

test('rpx follow the width of the phone', async () => {
  await open();
  assert.equal(await phone.getByTestId('title').evaluate((title) => getComputedStyle(title).fontSize), '18px');
});

test('navigation: query, title, styles of the page only, back by title bar and by call', async () => {
  await open();
  const colour = () => phone.getByTestId('title').evaluate((title) => getComputedStyle(title).color);
  const before_ = await colour();
  await tap('go');
  await says(phone.getByTestId('detail'), 'Detail 7 a b');
  await says(page.getByTestId('nav-title'), 'Detail');
  assert.equal(await phone.getByTestId('detail').evaluate((title) => getComputedStyle(title).color), 'rgb(200, 0, 0)');
  await page.getByTestId('nav-back').click();
  await says(page.getByTestId('nav-title'), 'Home');
  assert.equal(await colour(), before_);
  await tap('go');
  await tap('back');
  await phone.getByTestId('title').waitFor();
  assert.equal(await page.getByTestId('nav-back').isVisible(), false);
});

test('navigateTo a tab page is refused; tabs keep their page', async () => {
  await open();
  await tap('go-tab');
  await out('refused 2');
  await page.getByTestId('tab').nth(1).click();
  await says(phone.getByTestId('me'), 'Me, shown 1 times');
  await page.getByTestId('tab').nth(0).click();
  await out('refused 2');
  await page.getByTestId('tab').nth(1).click();
  await says(phone.getByTestId('me'), 'Me, shown 2 times');
});

test('requests: whitelist, HTTP errors, bad parameters, and what the log shows', async () => {
  await open();
  await tap('fetch');
  await out('elsewhere 4; missing 19; ok 200 {"echo":{"a":1}}; scheme 2');
  assert.match(await logText(), /POST \/echo {2}200/);
  assert.match(await logText(), /GET \/missing {2}404/);
  const { requests } = await (await fetch(`${simulator.origin}/_platform/transcript`)).json();
  assert.ok(requests.some(({ url, status }) => url.endsWith('/echo') && status === 200));
});

test("files of the package can be read, a module from them runs, others can't be read", async () => {
  await open();
  await tap('file');
  await out('8 bytes, hello from the package, outside 10022');
  await says(page.getByTestId('engine'), /^WebAssembly/);
});

test('a lazily required module runs when it is required', async () => {
  await open();
  assert.equal((await logText()).includes('lazy module ran'), false);
  await tap('lazy');
  await out('lazy 42');
  assert.match(await logText(), /lazy module ran/);
});

test('tradePay opens the cashier for the chosen customer and gives its result', async () => {
  await open();
  await tap('pay');
  const cashier = page.frameLocator('[data-testid=cashier-frame]');
  await says(cashier.locator('#login'), '#login=login-of-c-ana');
  await cashier.getByTestId('nonsense').click();
  await cashier.getByTestId('paid').click();
  await out('result 9000');
  assert.equal(await page.getByTestId('cashier-frame').count(), 0);
  assert.match(await logText(), /a result that makes no sense/);
});

test('a result from anywhere but the open cashier is ignored', async () => {
  await open();
  await tap('pay');
  await page.frameLocator('[data-testid=cashier-frame]').getByTestId('paid').waitFor();
  const ignored = page.locator('[data-testid=log] li', { hasText: 'was ignored' });
  const forged = { type: 'wallet-cashier.result', paymentId: 'p1', resultCode: '9000' };

  // From the page itself: neither source nor origin fit.
  await page.evaluate((message) => window.postMessage(message, '*'), forged);
  await ignored.nth(0).waitFor();

  // From another frame of the cashier's origin: the source does not fit.
  await page.evaluate(
    (url) => document.body.append(Object.assign(document.createElement('iframe'), { src: url, id: 'second' })),
    `${wallet.origin}/cashier/p1`,
  );
  await page.frameLocator('#second').getByTestId('paid').click();
  await ignored.nth(1).waitFor();

  // From the cashier's frame after it was led to another origin: the origin does not fit.
  const frame = await (await page.getByTestId('cashier-frame').elementHandle()).contentFrame();
  await frame.goto(`${simulator.origin}/_platform/view.html`);
  await frame.evaluate((message) => window.parent.postMessage(message, '*'), forged);
  await ignored.nth(2).waitFor();

  assert.equal(await page.getByTestId('cashier-frame').count(), 1);
  await page.getByTestId('cashier-close').click();
  await out('result 6001');
});

test('tradePay refuses several arguments, and a page that is no cashier of this wallet', async () => {
  await open();
  await tap('pay-twice');
  await out('failed 2');
  cashierUrl = `${merchant.origin}/cashier/p1`;
  try {
    await tap('pay');
    await out('failed 4');
  } finally {
    cashierUrl = null;
  }
});

test('a dialog is answered in the phone', async () => {
  await open();
  await tap('ask');
  await page.getByTestId('dialog-ok').click();
  await out('confirm true');
});

test('an error of the program is shown, kept alive, and told to App.onError', async () => {
  await open();
  await tap('throw');
  await page.locator('[data-testid=log] [data-kind=error]', { hasText: 'thrown on purpose' }).waitFor();
  assert.match(await logText(), /app saw: thrown on purpose/);
  await tap('path');
  await out('drawn with 9');
});

test('killing the program keeps its storage; another customer has another one', async () => {
  await open();
  await tap('store');
  await out('stored');
  await page.getByTestId('kill-reopen').click();
  await out('seen before');
  await page.getByTestId('customer-select').selectOption('c-ben');
  await out('first time');
  await page.getByTestId('customer-select').selectOption('c-ana');
  await out('seen before');
  await page.getByTestId('clear-storage').click();
  await out('first time');
});

test('background and foreground reach App and page', async () => {
  await open();
  await page.getByTestId('background').click();
  await page.getByTestId('home-screen').waitFor();
  await page.getByTestId('foreground').click();
  const order = [/App: onShow/, /home: onShow/, /home: onHide/, /App: onHide/, /App: onShow/, /home: onShow/];
  await page.waitForFunction(
    () => document.querySelector('[data-testid=log]').innerText.match(/home: onShow/g)?.length === 2,
  );
  let rest = await logText();
  for (const step of order) {
    const at = rest.search(step);
    assert.notEqual(at, -1, String(step));
    rest = rest.slice(at + 1);
  }
});

test('in the background nothing of the program is seen, its cashier neither', async () => {
  await open();
  await tap('pay');
  await page.getByTestId('cashier-frame').waitFor();
  // It rises; where it is seen is where it has arrived.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  await page.getByTestId('background').click();
  await page.getByTestId('home-screen').waitFor();
  const box = await page.getByTestId('cashier-frame').boundingBox();
  const seen = await page.evaluate(({ x, y }) => document.elementFromPoint(x + 50, y + 50).dataset.testid, box);
  assert.equal(seen, 'home-screen');
  await page.getByTestId('foreground').click();
  assert.equal(await page.getByTestId('cashier-frame').isVisible(), true);
});

test('the keyboard goes into the cashier, not behind it, and Escape leaves it', async () => {
  await open();
  await phone.getByTestId('pay').focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-testid=cashier-sheet]:focus').waitFor();
  assert.equal(await page.locator('#screen').evaluate((element) => element.inert), true);
  await page.keyboard.press('Escape');
  await out(/6001/);
  assert.equal(await page.locator('#screen').evaluate((element) => element.inert), false);
});

test('the keyboard follows a dialog of the program', async () => {
  await open();
  await phone.getByTestId('open-dialog').focus();
  await page.keyboard.press('Enter');
  const dialog = phone.getByTestId('dialog');
  await dialog.waitFor();
  await phone.locator('[data-testid=dialog]:focus').waitFor();
  assert.equal(await dialog.getAttribute('role'), 'dialog');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await phone.locator('[data-testid=open-dialog]:focus').waitFor();
});

test('the panel tops up and makes the wallet refuse', async () => {
  await open();
  await says(page.getByTestId('balance-PHP'), /₱50\.00/);
  await page.getByTestId('top-up-amount').fill('-5');
  await page.getByTestId('top-up').click();
  await says(page.getByTestId('top-up-problem'), /^“-5” can’t be topped up\. .* in PHP, such as 1500\.00/);
  await page.getByTestId('top-up-amount').fill('100');
  await page.getByTestId('top-up').click();
  await says(page.getByTestId('balance-PHP'), /₱150\.00/);
  await page.getByTestId('refuse-next').check();
  await page.locator('[data-testid=log] li', { hasText: 'The next payment will be refused' }).waitFor();
  assert.ok(wallet.calls.includes('POST /_simulator/customers/c-ana/refuse-next-payment {"refuse":true}'));
});

test('problems are shown on the page, and gone when they are mended', async () => {
  const root = await mkdtemp(join(tmpdir(), 'simulator-'));
  await cp(FIXTURE, root, { recursive: true });
  await writeFile(join(root, 'pages/me/me.axml'), '<view><veiw/></view>');
  const own = await startSimulator(['--merchant', merchant.origin, '--wallet', wallet.origin, '--miniprogram', root]);
  try {
    await page.goto(own.origin);
    await says(page.getByTestId('problems'), /pages\/me\/me\.axml:1:7[\s\S]*neither a tag/);
    await writeFile(join(root, 'pages/me/me.axml'), '<view>mended</view>');
    phone = page.frameLocator('[data-testid=view-frame]');
    await phone.getByTestId('title').waitFor();
    assert.equal(await page.getByTestId('problems').isVisible(), false);
  } finally {
    await own.stop();
    await rm(root, { recursive: true });
  }
});
