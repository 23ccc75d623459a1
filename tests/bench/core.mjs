// What one tap costs: one more of a line in a cart of a hundred, from the handler to the patched page.
//
// Out: microseconds for each engine, and their ratio, which is what can be compared between machines.

import { performance } from 'node:perf_hooks';

import { makeHost } from '../package/support/host.mjs';
import { ENGINES, Program, until } from '../package/support/program.mjs';
import { Shop, makeCatalog } from '../package/support/shop.mjs';

const LINES = 100;
const WARM_UP = 2_000;
const TAPS = 20_000;

const cost = {};
for (const engine of ENGINES) cost[engine] = await measure(engine);
for (const engine of ENGINES) console.log(`${engine.padEnd(5)} ${cost[engine].toFixed(1)} µs a tap`);
console.log(`twin / wasm = ${(cost.twin / cost.wasm).toFixed(2)}`);

async function measure(engine) {
  const program = await Program.start(makeHost(new Shop({ catalog: makeCatalog(LINES) })), { engine });
  const shop = program.open('shop');
  await until(() => shop.data.phase === 'ready');
  for (let at = 0; at < LINES; at += 1) {
    shop.tap('onOpenProduct', { id: `p-${at}` });
    shop.tap('onAddToCart');
  }
  shop.onUnload();
  const cart = program.open('cart');
  let patches = 0;
  cart.setData = () => { patches += 1; };
  const taps = (count) => {
    for (let tap = 0; tap < count; tap += 1) cart.tap(tap % 2 === 0 ? 'onIncrease' : 'onDecrease', { sku: 'sku-50' });
  };
  taps(WARM_UP);
  const begin = performance.now();
  taps(TAPS);
  const micros = ((performance.now() - begin) * 1000) / TAPS;
  if (patches !== WARM_UP + TAPS) throw new Error(`${patches} patches for ${WARM_UP + TAPS} taps`);
  return micros;
}
