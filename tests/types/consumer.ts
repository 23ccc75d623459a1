// What a strict TypeScript project does with the package. It is only compiled: what must not compile
// stands under `@ts-expect-error`.

import { type Checkout, type CheckoutError, type Host, type ResultView, type Started, createCheckout } from 'wallet-checkout';

declare function Page(options: object): void;
declare const my: Host;

const checkout: Checkout = createCheckout({
  server: 'https://shop.example',
  host: my,
  routes: { result: '/pages/order/order' },
  onError(error: CheckoutError) {
    switch (error.code) {
      case 'misuse':
      case 'core_trapped':
      case 'host_failed':
      case 'engine_unavailable':
      case 'invalid_option':
        return;
      default: {
        const never: never = error.code;
        return never;
      }
    }
  },
});

Page(checkout.page('shop'));
Page(
  checkout.page('cart', {
    onPullDownRefresh() {
      const first = this.data.lines[0];
      if (first !== undefined && first.problem === '') this.onIncrease({ currentTarget: { dataset: { sku: first.sku } } });
    },
  }),
);

export const started: Promise<string> = checkout.ready.then(({ engine, reason }: Started) => `${engine} ${reason ?? ''}`);

export function isOver(view: ResultView): boolean {
  return view.phase === 'paid' || view.phase === 'expired' || view.phase === 'cancelled';
}

// @ts-expect-error: the server is required
createCheckout({ host: my });
// @ts-expect-error: there is no such page
checkout.page('basket');
// @ts-expect-error: there is no such engine
createCheckout({ server: 'https://shop.example', engine: 'fast' });
// @ts-expect-error: a view can't be in such a phase
export const wrong: ResultView['phase'] = 'done';
