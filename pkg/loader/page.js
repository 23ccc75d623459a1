// From the core's pages to the host's `Page()`.
//
// In: a page's name and what the developer adds. Out: options for `Page()` whose handlers tell the core
// what was tapped, and `apply`, which brings the core's patches into a page.

// The handler of a form: the fields that were typed say it all.
const FORM = 'form';

// Handlers by page, each with the member of `dataset` that says what was tapped; empty: none.
const HANDLERS = {
  shop: {
    onSelectCategory: 'id',
    onOpenProduct: 'id',
    onCloseProduct: '',
    onChooseVariant: 'sku',
    onDecrease: '',
    onIncrease: '',
    onAddToCart: '',
    onOpenCart: '',
    onOpenOrder: '',
  },
  cart: {
    onDecrease: 'sku',
    onIncrease: 'sku',
    onRemove: 'sku',
    onToggle: 'sku',
    onToggleAll: '',
    onCheckout: '',
    onOpenShop: '',
    onOpenOrder: '',
  },
  confirm: {
    onPay: '',
    onOpenOrder: '',
    onOrderAnyway: '',
    onApplyCoupon: FORM,
    onRemoveCoupon: '',
    onChooseDelivery: 'id',
    onEditAddress: '',
    onUseAddress: FORM,
  },
  result: { onPrimary: '', onSecondary: '' },
};

export const PAGES = Object.keys(HANDLERS);

const LIFE_CYCLE = ['onLoad', 'onShow', 'onHide', 'onUnload'];

// What a page shows until the core speaks.
function loadingView(name) {
  const base = { phase: 'loading', notice: null };
  if (name === 'shop') {
    return Object.assign(base, { shopName: '', tagline: '', categories: [], products: [], cartCount: 0, sheet: null, openOrder: null });
  }
  if (name === 'cart') {
    return Object.assign(base, {
      lines: [], allSelected: false, selectedCount: 0, subtotal: '', mayCheckout: false, checkoutLabel: '', openOrder: null,
    });
  }
  if (name === 'confirm') {
    return Object.assign(base, {
      payee: '', lines: [], count: 0, amounts: [], total: '', changes: [], mayChoose: false, coupon: null, deliveries: [],
      address: null, mayPay: false, isFree: false, payLabel: '', openOrder: null,
    });
  }
  return Object.assign(base, {
    orderId: '', headline: '', message: '', payee: '', amounts: [], total: '', refund: '', fulfilment: null, address: '', lines: [],
    primary: null, secondary: null,
  });
}

// `pages` is told `open(page, name, query)`, `show(page)`, `hide(page)`, `close(page)`, `tap(page, handler, key, form)`.
export function pageOptions(name, pages, extra) {
  const options = {
    data: loadingView(name),
    onLoad(query) {
      pages.open(this, name, query || {});
    },
    onShow() {
      pages.show(this);
    },
    onHide() {
      pages.hide(this);
    },
    onUnload() {
      pages.close(this);
    },
    onNotice() {
      pages.tap(this, 'onNotice', '', null);
    },
  };
  const handlers = HANDLERS[name];
  Object.keys(handlers).forEach((handler) => {
    const says = handlers[handler];
    options[handler] = function (event) {
      const isForm = says === FORM;
      pages.tap(this, handler, says && !isForm ? keyOf(event, says) : '', isForm ? formOf(event) : null);
    };
  });
  return withExtra(options, extra || {});
}

function withExtra(options, extra) {
  const merged = Object.assign({}, options, extra);
  merged.data = Object.assign({}, options.data, extra.data);
  LIFE_CYCLE.forEach((method) => {
    if (typeof extra[method] !== 'function') return;
    merged[method] = function () {
      options[method].apply(this, arguments);
      return extra[method].apply(this, arguments);
    };
  });
  return merged;
}

// The element with the handler says what was tapped, else the one inside it that was hit.
function keyOf(event, member) {
  const carriers = [event && event.currentTarget, event && event.target];
  for (const carrier of carriers) {
    const value = carrier && carrier.dataset && carrier.dataset[member];
    if (value !== undefined && value !== null) return String(value);
  }
  return '';
}

// What was typed into the fields of the form that was sent, by their names.
function formOf(event) {
  return (event && event.detail && event.detail.value) || {};
}

// Brings a list of changes into a page: `[path, value]` sets, `[path, start, deleteCount, items]` splices.
export function apply(page, changes) {
  const run = () => {
    let sets = null;
    const flush = () => {
      if (sets) page.setData(sets);
      sets = null;
    };
    changes.forEach((change) => {
      if (change.length === 2) {
        sets = sets || {};
        sets[change[0]] = change[1];
        return;
      }
      flush();
      splice(page, change);
    });
    flush();
  };
  if (changes.length > 1 && typeof page.$batchedUpdates === 'function') page.$batchedUpdates(run);
  else run();
}

function splice(page, [path, start, deleteCount, items]) {
  if (typeof page.$spliceData === 'function') {
    page.$spliceData({ [path]: [start, deleteCount].concat(items) });
    return;
  }
  const list = page.data[path].slice();
  list.splice.apply(list, [start, deleteCount].concat(items));
  page.setData({ [path]: list });
}
