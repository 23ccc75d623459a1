/**
 * wallet-checkout: the checkout of a wallet mini program.
 *
 *     const { createCheckout } = require('wallet-checkout');
 *     const checkout = createCheckout({ server: 'https://shop.example' });
 *     Page(checkout.page('cart'));
 *
 * Everything here is safe to call at module level: `createCheckout` returns at once, pages show
 * `phase: 'loading'` until the engine runs, and `checkout.ready` tells when it does.
 */

/** The pages that the checkout can drive. */
export type PageName = 'shop' | 'cart' | 'confirm' | 'result';

/** What runs the core: the WebAssembly module, or the JavaScript made from it. */
export type Engine = 'wasm' | 'twin';

export interface CheckoutOptions {
  /** Origin of the merchant server, `https://shop.example`, without a path. It must be on the mini program's server domain whitelist. */
  server: string;
  /** The JSAPI. Default: the global `my`. Methods are looked up when they are needed, so a partial host works as far as it goes. */
  host?: Host;
  /** Package path of `checkout.wasm`. Default: `/wasm/checkout.wasm`. */
  wasm?: string;
  /** Where the pages live in the mini program. Default: `/pages/{name}/{name}`. */
  routes?: Partial<Record<PageName, string>>;
  /** `auto` (default) runs WebAssembly where it works and else the twin; the others insist, for tests. */
  engine?: 'auto' | Engine;
  /** Told of every fault that no page can show: a trap, a failing host method. */
  onError?(error: CheckoutError): void;
}

export interface Checkout {
  /** Resolves when the engine runs; rejects with a {@link CheckoutError} when neither engine could start. */
  readonly ready: Promise<Started>;
  /** Options for the host's `Page()`: data, life cycle and handlers. `extra` adds your own members; a life-cycle method of yours runs after ours. */
  page<Name extends PageName, Extra extends object = {}>(name: Name, extra?: Extra & ThisType<PageInstance<Name> & Extra>): PageOptions<Name> & Extra;
}

export interface Started {
  readonly engine: Engine;
  /** Why the twin runs, when it does; else `null`. */
  readonly reason: string | null;
  /** Version of this package and of the source it was built from. */
  readonly version: string;
}

/** A fault with a stable code. */
export interface CheckoutError extends Error {
  readonly code: CheckoutErrorCode;
}

export type CheckoutErrorCode =
  /** An option is missing or has the wrong form; the message names it. */
  | 'invalid_option'
  /** Neither engine could start. */
  | 'engine_unavailable'
  /** The core stopped in the middle of something; it was started anew from what is stored. */
  | 'core_trapped'
  /** An intent that the screen can't take in its state. Nothing changed. */
  | 'misuse'
  /** A host method that is needed is missing or failed. */
  | 'host_failed';

export function createCheckout(options: CheckoutOptions): Checkout;

// ---------------------------------------------------------------------------------------------- views

/** Something that the page should say in place of, or above, its content. */
export interface Notice {
  /** Stable code, `offline`, `out_of_stock`. */
  code: string;
  title: string;
  message: string;
  /** Label of the button that does the sensible next thing (handler `onNotice`); `null`: no button. */
  action: string | null;
}

/** What `Page` data holds before the first view came, and the fields that every view has. */
export interface BaseView {
  phase: string;
  notice: Notice | null;
}

export interface ShopView extends BaseView {
  phase: 'loading' | 'ready' | 'error';
  shopName: string;
  tagline: string;
  /** The first one stands for everything: id `''`. */
  categories: Array<{ id: string; name: string; selected: boolean }>;
  products: Array<{
    id: string;
    name: string;
    imageUrl: string;
    /** `₱320.00`, or `from ₱320.00`. */
    price: string;
    soldOut: boolean;
    /** `3 left`, `Sold out` or empty. */
    badge: string;
  }>;
  /** Pieces in the cart. */
  cartCount: number;
  /** The product that is open in the sheet. */
  sheet: null | {
    id: string;
    name: string;
    description: string;
    imageUrl: string;
    /** Price of the chosen variant. */
    price: string;
    variants: Array<{ sku: string; name: string; price: string; soldOut: boolean; selected: boolean }>;
    quantity: number;
    mayDecrease: boolean;
    mayIncrease: boolean;
    /** `In stock`, `3 left`, `Sold out`, `You have the most that one order may have`. */
    availability: string;
    mayAdd: boolean;
    /** `Add to cart · ₱640.00`. */
    addLabel: string;
  };
  /** An order that waits for the shopper or for the wallet. */
  openOrder: null | OpenOrder;
}

export interface OpenOrder {
  orderId: string;
  title: string;
  message: string;
  action: string;
}

export interface CartView extends BaseView {
  phase: 'loading' | 'ready' | 'empty' | 'error';
  lines: Array<{
    /** Key of the list. */
    sku: string;
    name: string;
    variantName: string;
    imageUrl: string;
    unitPrice: string;
    quantity: number;
    total: string;
    selected: boolean;
    mayDecrease: boolean;
    mayIncrease: boolean;
    /** `Only 2 left`, `Not sold any more`; empty when all is well. */
    problem: string;
  }>;
  allSelected: boolean;
  /** Pieces selected. */
  selectedCount: number;
  /** Sum of the selected lines at the catalogue's prices; the quote decides. */
  subtotal: string;
  mayCheckout: boolean;
  checkoutLabel: string;
  openOrder: null | OpenOrder;
}

/** A row above the total, in the order in which to show them. */
export interface AmountRow {
  kind: 'subtotal' | 'discount' | 'delivery' | 'tax';
  /** `Tea week`, `incl. VAT 12%`. */
  label: string;
  /** `−₱20.00`. */
  amount: string;
}

export interface ConfirmView extends BaseView {
  /** `updating`: the shopper chose something, and the price of that is being asked for; what is shown is the price before. */
  phase: 'loading' | 'updating' | 'ready' | 'placing' | 'error';
  payee: string;
  lines: Array<{
    sku: string;
    name: string;
    variantName: string;
    imageUrl: string;
    unitPrice: string;
    quantity: number;
    total: string;
    problem: string;
  }>;
  /** Pieces. */
  count: number;
  /** Empty when the total is just the items. */
  amounts: AmountRow[];
  total: string;
  /** What wasn't as it was quoted, in words, after the server refused to place the order. */
  changes: string[];
  /** Whether coupon, delivery and address can be chosen now. */
  mayChoose: boolean;
  /** The coupon that was asked for; `problem` says why it takes nothing off, and is empty when it does. */
  coupon: null | { code: string; label: string; problem: string };
  /** Ways of delivery; none in a shop that delivers nothing. `problem` says why one can't be had. */
  deliveries: Array<{ id: string; label: string; price: string; selected: boolean; problem: string }>;
  /** Where it goes; `null` for a pick-up. `form` while the address is being typed: what to fill in, and which field is wrong. */
  address: null | { summary: string; form: null | AddressForm };
  mayPay: boolean;
  /** Nothing to pay: no wallet opens. */
  isFree: boolean;
  /** `Pay ₱1,299.00`. */
  payLabel: string;
  /** Another unresolved order shares a product: pay that one, or order again all the same? */
  openOrder: null | (OpenOrder & { orderAnywayLabel: string });
}

/** Names of the form's fields, with what they hold when it opens. */
export interface AddressForm {
  name: string;
  phone: string;
  line1: string;
  line2: string;
  city: string;
  state: string;
  postcode: string;
  country: string;
  /** The name of the field that must be corrected; empty: none. */
  wrong: string;
  /** What is wrong with it. */
  problem: string;
}

export interface ResultView extends BaseView {
  /**
   * - `loading`: the order isn't known yet
   * - `preparing`: the wallet is being asked for a cashier
   * - `cashier`: the cashier is open over the page
   * - `payable`: the shopper left the cashier; it can be opened again
   * - `confirming`: what happened isn't known yet; never shown as failed
   * - `paid`, `failed` (a new attempt is possible), `expired`, `cancelled`: by the wallet's word
   * - `attention`: a person looks into it
   * - `error`: the order can't be loaded
   */
  phase: 'loading' | 'preparing' | 'cashier' | 'payable' | 'confirming' | 'paid' | 'failed' | 'expired' | 'cancelled' | 'attention' | 'error';
  orderId: string;
  headline: string;
  message: string;
  payee: string;
  /** Empty when the total is just the items. */
  amounts: AmountRow[];
  total: string;
  /** What was given back or is being, in words; empty: nothing. */
  refund: string;
  /** How far a paid order is on its way; `null` until the shop has taken it up. `tracking` may be empty. */
  fulfilment: null | { title: string; tracking: string };
  /** Where it goes; empty for a pick-up. */
  address: string;
  lines: Array<{ sku: string; name: string; variantName: string; imageUrl: string; quantity: number; total: string }>;
  /** Labels of the buttons (handlers `onPrimary`, `onSecondary`); `null`: no such button. */
  primary: string | null;
  secondary: string | null;
}

export interface Views {
  shop: ShopView;
  cart: CartView;
  confirm: ConfirmView;
  result: ResultView;
}

// ------------------------------------------------------------------------------------------- handlers

/** The part of a tap event that handlers read. */
export interface TapEvent {
  currentTarget?: { dataset?: Record<string, unknown> };
  target?: { dataset?: Record<string, unknown> };
}

type Handler = (event: TapEvent) => void;

/** The part of a form's event that handlers read. */
export interface FormEvent {
  detail?: { value?: Record<string, unknown> };
}

type FormHandler = (event: FormEvent) => void;

interface SharedHandlers {
  /** The button of the notice. */
  onNotice: Handler;
}

export interface ShopHandlers extends SharedHandlers {
  /** `data-id`: the category. */
  onSelectCategory: Handler;
  /** `data-id`: the product whose sheet is to open. */
  onOpenProduct: Handler;
  onCloseProduct: Handler;
  /** `data-sku`: the variant. */
  onChooseVariant: Handler;
  onDecrease: Handler;
  onIncrease: Handler;
  onAddToCart: Handler;
  onOpenCart: Handler;
  onOpenOrder: Handler;
}

export interface CartHandlers extends SharedHandlers {
  /** `data-sku`: the line; likewise for the next three. */
  onDecrease: Handler;
  onIncrease: Handler;
  onRemove: Handler;
  onToggle: Handler;
  onToggleAll: Handler;
  onCheckout: Handler;
  onOpenShop: Handler;
  onOpenOrder: Handler;
}

export interface ConfirmHandlers extends SharedHandlers {
  onPay: Handler;
  onOpenOrder: Handler;
  onOrderAnyway: Handler;
  /** `onSubmit` of a form with the field `coupon`. */
  onApplyCoupon: FormHandler;
  onRemoveCoupon: Handler;
  /** `data-id`: the way of delivery. */
  onChooseDelivery: Handler;
  onEditAddress: Handler;
  /** `onSubmit` of a form with the fields of {@link AddressForm}. */
  onUseAddress: FormHandler;
}

export interface ResultHandlers extends SharedHandlers {
  onPrimary: Handler;
  onSecondary: Handler;
}

export interface Handlers {
  shop: ShopHandlers;
  cart: CartHandlers;
  confirm: ConfirmHandlers;
  result: ResultHandlers;
}

/** One plain object type: hosts' own types want an index signature, which an intersection of interfaces has not. */
type Plain<Shape> = { [Key in keyof Shape]: Shape[Key] };

/** What `Page()` takes. */
export type PageOptions<Name extends PageName> = Plain<Handlers[Name] & {
  data: Views[Name];
  onLoad(query: Record<string, string>): void;
  onShow(): void;
  onHide(): void;
  onUnload(): void;
}>;

/** What `this` is inside a page of the mini program. */
export type PageInstance<Name extends PageName> = PageOptions<Name> & {
  setData(patch: object, callback?: () => void): void;
  $spliceData?(patch: object, callback?: () => void): void;
};

// ----------------------------------------------------------------------------------------------- host

interface Callbacks<Result> {
  success?(result: Result): void;
  fail?(error: { error?: number | string; errorMessage?: string }): void;
}

/**
 * The JSAPI that the checkout calls, in the callback form that every wallet has. All members are
 * optional: what is missing is worked around where that is possible (`request`: `fetch`; storage: the
 * cart lasts as long as the program; `getSiteInfo`: the server's default wallet; `getSystemInfo`: the wallet isn't told the phone's system) and named in an error
 * where it isn't (`tradePay`, `getAuthCode`).
 */
export interface Host {
  request?(options: {
    url: string;
    method: 'GET' | 'POST';
    headers: Record<string, string>;
    data?: object;
    dataType: 'json';
    timeout: number;
  } & Callbacks<{ data: unknown; status?: number; headers?: unknown }>): unknown;
  tradePay?(options: ({ paymentUrl: string } | { tradeNO: string } | { orderStr: string }) & Callbacks<{ resultCode: string }>): unknown;
  getAuthCode?(options: { scopes: string[] } & Callbacks<{ authCode?: string }>): unknown;
  getSiteInfo?(options: Callbacks<{ siteName?: string }>): unknown;
  getSystemInfo?(options: Callbacks<{ platform?: string }>): unknown;
  getStorage?(options: { key: string } & Callbacks<{ data: unknown }>): unknown;
  setStorage?(options: { key: string; data: string } & Callbacks<unknown>): unknown;
  removeStorage?(options: { key: string } & Callbacks<unknown>): unknown;
  navigateTo?(options: { url: string } & Callbacks<unknown>): unknown;
  redirectTo?(options: { url: string } & Callbacks<unknown>): unknown;
  reLaunch?(options: { url: string } & Callbacks<unknown>): unknown;
  navigateBack?(options: { delta?: number } & Callbacks<unknown>): unknown;
  onAppShow?(listener: () => void): void;
  getFileSystemManager?(): {
    readFile(options: { filePath: string } & Callbacks<{ data: ArrayBuffer | string }>): unknown;
  };
}
