// The drawings of ink: product id -> drawing.

import { at, box, inside, lighter, oval, path, slab, solid, times } from '../canvas.mjs';
import { BRASS, VERMILION, WASHI } from '../colours.mjs';
import * as sign from '../emblems.mjs';

/** An ink bottle before a stroke and a sign of its colour. */
const ink = (colour, behind) =>
  behind +
  path('M120 208h160q18 0 18 20v82q0 20-20 20H122q-20 0-20-20v-82q0-20 18-20z', '#ffffff', 0.7) +
  inside(
    'M120 208h160q18 0 18 20v82q0 20-20 20H122q-20 0-20-20v-82q0-20 18-20z',
    box(112, 236, 176, 84, 12, colour) +
      box(112, 236, 176, 10, 5, lighter(colour, 0.25)) +
      box(120, 214, 14, 110, 7, '#ffffff', 0.5),
  ) +
  box(150, 254, 100, 54, 4, WASHI) +
  box(166, 268, 68, 6, 3, colour) +
  box(178, 284, 44, 5, 2.5, colour, 0.6) +
  solid(
    slab(152, 164, 96, 48, 8),
    '#2d2b2a',
    152,
    96,
    times(8, (i) => box(158 + i * 12, 170, 3, 36, 1.5, '#55504a')),
  );

export default {
  'ink-kamo-river': () =>
    ink('#1f5f86', `<g opacity=".9">${at(200, 112, 2.2, 0, sign.waves('#4a93b0'))}</g>`),
  'ink-arashiyama': () => ink('#3f6f42', at(200, 116, 1.9, 0, sign.bamboo('#7fa860', '#4a7a42'))),
  'ink-takao-maple': () =>
    ink(
      '#9c2f24',
      at(200, 112, 1.7, 8, sign.maple('#d1573a')) +
        at(92, 180, 0.8, -24, sign.maple('#e08a4a')) +
        at(308, 176, 0.9, 30, sign.maple('#c2442e')),
    ),
  'ink-evening-wisteria': () =>
    ink(
      '#5b4a8f',
      at(140, 118, 1.5, 0, sign.wisteria('#8f7fc4', '#b9abdf', '#7f9a6a')) +
        at(262, 106, 1.3, 0, sign.wisteria('#8f7fc4', '#c9bde9', '#7f9a6a')),
    ),
  'sumi-stick': () =>
    at(
      212,
      206,
      1,
      24,
      solid(
        slab(-42, -136, 84, 270, 8),
        '#26231f',
        -42,
        84,
        at(0, -66, 0.8, 0, sign.crane(BRASS, VERMILION)) +
          times(3, (i) => box(-8, -10 + i * 32, 16, 20, 4, BRASS)) +
          box(-42, 96, 84, 6, 0, BRASS),
      ),
    ) +
    oval(120, 314, 56, 15, '#1d1b19', 0.85) +
    oval(112, 310, 20, 4, '#5f5a54', 0.8),
  'ink-stone': () =>
    at(
      200,
      236,
      1,
      -4,
      solid(slab(-126, -84, 252, 176, 22), '#3d4245', -126, 252) +
        path(slab(-104, -64, 208, 136, 16), '#2d3134') +
        path('M-96-56H96q0 40-20 52-76 22-152 0-20-12-20-52z', '#14171a') +
        oval(-20, -34, 44, 8, '#5a6a78', 0.5) +
        oval(0, 40, 76, 20, '#3a3f42'),
    ) +
    at(
      296,
      150,
      1,
      28,
      solid(slab(-17, -70, 34, 140, 4), '#1f1c19', -17, 34, box(-17, -40, 34, 44, 0, BRASS)),
    ),
};
