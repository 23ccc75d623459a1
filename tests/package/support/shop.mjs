// A merchant server in memory, as far as the package's tests need one: it answers what the shop API's
// endpoints answer, and a test moves its orders along by hand.

const PRICE = { 'blend-250': 32000, 'blend-1k': 110000, mug: 45050 };

export function makeCatalog(moreProducts = 0) {
  const variant = (sku, name, available) => ({
    sku, name, price: String(PRICE[sku] ?? 1000), available, minPerOrder: 1, maxPerOrder: 10, step: 1,
  });
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
  constructor({ catalog = makeCatalog(), cashierIsLate = false, deliveries = [] } = {}) {
    this.catalog = catalog;
    // `{ id, label, price, needsAddress }`; the first one is chosen unless another is asked for.
    this.deliveries = deliveries;
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
    this.headers = headers;
    if (this.offline) return null;
    if (method === 'GET' && path === '/catalog') return { status: 200, body: this.catalog };
    if (method === 'POST' && path === '/sessions') return this.startSession();
    if (!this.tokens.has((headers.authorization || '').replace('Bearer ', ''))) return problem(401, 'session_expired');
    if (method === 'POST' && path === '/quotes') return this.quote(data);
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

  quote({ lines, coupon, delivery, address }) {
    const variants = new Map(this.catalog.products.flatMap((product) => product.variants.map((variant) => [variant.sku, { product, variant }])));
    // A coupon of this shop takes ten pesos off the first line.
    const off = coupon === 'TEN' ? 1000 : 0;
    const priced = lines.filter(({ sku }) => variants.has(sku)).map(({ sku, quantity }, at) => {
      const { product, variant } = variants.get(sku);
      const subtotal = Number(variant.price) * quantity;
      return {
        sku, name: product.name, variantName: variant.name, imageUrl: product.imageUrl, quantity, unitPrice: variant.price,
        subtotal: String(subtotal), discount: '0', orderDiscount: String(at ? 0 : off), taxRate: '0', tax: '0',
        total: String(subtotal - (at ? 0 : off)),
      };
    });
    const problems = lines.flatMap(({ sku, quantity }) => {
      const available = variants.get(sku)?.variant.available ?? 0;
      return quantity > available ? [{ sku, code: available ? 'insufficient_stock' : 'unknown_sku', available }] : [];
    });
    const options = this.deliveries.map((option) => ({
      ...option, countries: [], refusal: option.needsAddress && !address ? { code: 'needs_address', minimum: null, most: null } : null,
    }));
    const chosen = options.find(({ id }) => id === delivery) ?? options[0];
    const sum = (member) => priced.reduce((total, line) => total + Number(line[member]), 0);
    const breakdown = {
      subtotal: String(sum('subtotal')),
      discounts: off ? [{ label: 'Ten off', amount: String(off) }] : [],
      delivery: chosen ? { id: chosen.id, label: chosen.label, price: chosen.price, taxRate: '0', tax: '0', total: chosen.price } : null,
      taxes: [], taxIncluded: true,
    };
    const quote = {
      quoteId: problems.length || chosen?.refusal ? null : `quote-${this.quotes.size + 1}`, currency: this.catalog.currency, lines: priced,
      problems, coupon: coupon ? { code: coupon, label: off ? 'Ten off' : '', refusal: off ? null : { code: 'unknown', minimum: null } } : null,
      deliveryOptions: options, amountProblem: null, breakdown, total: String(sum('total') + Number(chosen?.price ?? 0)),
      payee: { name: 'Kapé Trading' }, expiresAt: Date.now() + 600e3, serverTime: Date.now(),
    };
    this.quotes.set(quote.quoteId, { ...quote, address });
    return { status: 201, body: quote };
  }

  place({ quoteId }) {
    const known = [...this.orders.values()].find((order) => order.quoteId === quoteId);
    if (known) return { status: 200, body: known };
    const quote = this.quotes.get(quoteId);
    const order = {
      orderId: `order-${this.orders.size + 1}`, quoteId, version: 1, status: 'awaiting_payment', currency: quote.currency,
      lines: quote.lines, breakdown: quote.breakdown, total: quote.total, address: quote.address ?? null, fulfilment: null,
      refunded: '0', refunding: '0', payee: quote.payee, createdAt: Date.now(), payBy: Date.now() + 900e3,
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
