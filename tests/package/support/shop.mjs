// A merchant server in memory, as far as the package's tests need one: it answers what the shop API's
// endpoints answer, and a test moves its orders along by hand.

const PRICE = { 'blend-250': 32000, 'blend-1k': 110000, mug: 45050 };

export function makeCatalog(moreProducts = 0) {
  const variant = (sku, name, available) => ({ sku, name, price: String(PRICE[sku] ?? 1000), available, maxPerOrder: 10 });
  const product = (id, name, categoryId, variants) => ({
    id, name, description: 'Grown in the hills', categoryId, imageUrl: `https://shop.example/media/${id}.png`, variants,
  });
  const products = [
    product('blend', 'House Blend', 'beans', [variant('blend-250', '250 g', 20), variant('blend-1k', '1 kg', 2)]),
    product('mug', 'Mug “Kapé” ☕', 'gear', [variant('mug', '', 3)]),
  ];
  for (let at = 0; at < moreProducts; at += 1) {
    products.push(product(`p-${at}`, `Product ${at} – ñandú`, 'beans', [variant(`sku-${at}`, '', 9)]));
  }
  return {
    shopName: 'Kapé', tagline: 'Coffee from the hills', currency: { code: 'PHP', exponent: 2, symbol: '₱' },
    categories: [{ id: 'beans', name: 'Beans' }, { id: 'gear', name: 'Gear' }], products,
  };
}

export class Shop {
  constructor({ catalog = makeCatalog(), cashierIsLate = false } = {}) {
    this.catalog = catalog;
    this.cashierIsLate = cashierIsLate;
    this.customerTag = 'tag-ana';
    this.tokens = new Set();
    this.quotes = new Map();
    this.orders = new Map();
    this.hints = [];
    this.requests = [];
    this.waiting = [];
    this.offline = false;
    // Called when an order was made, before its answer leaves.
    this.onPlaced = () => {};
  }

  // Resolves with `{ status, body }`; null: no answer reaches the phone.
  async handle({ method, url, headers, data }) {
    const { pathname, searchParams } = new URL(url);
    const path = pathname.replace('/shop/v1', '');
    this.requests.push(`${method} ${path}`);
    if (this.offline) return null;
    if (method === 'GET' && path === '/catalog') return { status: 200, body: this.catalog };
    if (method === 'POST' && path === '/sessions') return this.startSession();
    if (!this.tokens.has((headers.authorization || '').replace('Bearer ', ''))) return problem(401, 'session_expired');
    if (method === 'POST' && path === '/quotes') return this.quote(data.lines);
    if (method === 'POST' && path === '/orders') return this.place(data);
    if (method === 'GET' && path === '/orders') return { status: 200, body: { orders: [...this.orders.values()] } };
    const order = this.orders.get(decodeURIComponent(path.split('/')[2]));
    if (!order) return problem(404, 'order_not_found');
    if (method === 'GET') return this.poll(order, Number(searchParams.get('after')), Number(searchParams.get('wait')));
    if (path.endsWith('/returned')) {
      this.hints.push(data.resultCode);
      return { status: 202, body: order };
    }
    return this.nextAttempt(order, data.after);
  }

  startSession() {
    const token = `token-${this.tokens.size + 1}`;
    this.tokens.add(token);
    return { status: 201, body: { token, expiresAt: Date.now() + 3600e3, customerTag: this.customerTag, serverTime: Date.now() } };
  }

  quote(lines) {
    const variants = new Map(this.catalog.products.flatMap((product) => product.variants.map((variant) => [variant.sku, { product, variant }])));
    const priced = lines.filter(({ sku }) => variants.has(sku)).map(({ sku, quantity }) => {
      const { product, variant } = variants.get(sku);
      return {
        sku, name: product.name, variantName: variant.name, imageUrl: product.imageUrl, quantity,
        unitPrice: variant.price, total: String(Number(variant.price) * quantity),
      };
    });
    const problems = lines.flatMap(({ sku, quantity }) => {
      const available = variants.get(sku)?.variant.available ?? 0;
      return quantity > available ? [{ sku, code: available ? 'insufficient_stock' : 'unknown_sku', available }] : [];
    });
    const quote = {
      quoteId: problems.length ? null : `quote-${this.quotes.size + 1}`, currency: this.catalog.currency, lines: priced, problems,
      total: String(priced.reduce((sum, line) => sum + Number(line.total), 0)), payee: { name: 'Kapé Trading' },
      expiresAt: Date.now() + 600e3, serverTime: Date.now(),
    };
    this.quotes.set(quote.quoteId, quote);
    return { status: 201, body: quote };
  }

  place({ quoteId }) {
    const known = [...this.orders.values()].find((order) => order.quoteId === quoteId);
    if (known) return { status: 200, body: known };
    const quote = this.quotes.get(quoteId);
    const order = {
      orderId: `order-${this.orders.size + 1}`, quoteId, version: 1, status: 'awaiting_payment', currency: quote.currency,
      lines: quote.lines, total: quote.total, payee: quote.payee, createdAt: Date.now(), payBy: Date.now() + 900e3,
      attempt: attempt(1, this.cashierIsLate), mayStartPayment: false, serverTime: Date.now(),
    };
    this.orders.set(order.orderId, order);
    this.onPlaced();
    return { status: 201, body: order };
  }

  poll(order, after, wait) {
    if (order.version > after || wait === 0) return { status: 200, body: order };
    return new Promise((resolve) => this.waiting.push({ orderId: order.orderId, resolve }));
  }

  nextAttempt(order, after) {
    if (order.attempt.attemptId === after) this.change(order.orderId, { attempt: attempt(order.attempt.number + 1), mayStartPayment: false });
    return { status: 201, body: this.orders.get(order.orderId) };
  }

  // The server's word on an order changes; polls that wait for it are answered.
  change(orderId, change) {
    const order = this.orders.get(orderId);
    this.orders.set(orderId, { ...order, ...change, version: order.version + 1 });
    const due = this.waiting.filter((poll) => poll.orderId === orderId);
    this.waiting = this.waiting.filter((poll) => poll.orderId !== orderId);
    due.forEach(({ resolve }) => resolve({ status: 200, body: this.orders.get(orderId) }));
  }

  pay(orderId) {
    const { attempt } = this.orders.get(orderId);
    this.change(orderId, { status: 'paid', attempt: { ...attempt, status: 'succeeded' } });
  }

  fail(orderId) {
    const { attempt } = this.orders.get(orderId);
    const failure = { code: 'RISK_REJECT', message: 'The wallet refused this payment. Try another way to pay.' };
    this.change(orderId, { attempt: { ...attempt, status: 'failed', failure }, mayStartPayment: true });
  }

  openCashier(orderId) {
    this.change(orderId, { attempt: attempt(this.orders.get(orderId).attempt.number) });
  }
}

function attempt(number, late = false) {
  const cashier = { paymentUrl: `https://wallet.example/cashier/${number}`, tradeNO: null, orderStr: null };
  return { attemptId: `attempt-${number}`, number, status: late ? 'creating' : 'open', cashier: late ? null : cashier, failure: null };
}

function problem(status, code) {
  return { status, body: { status, code, title: code, detail: code } };
}
