// The drawings of the pantry: product id -> drawing.

import { at, box, disc, line, oval, slab, solid, times } from '../canvas.mjs';
import * as sign from '../emblems.mjs';
import { jar, pouch, tin, wrapped } from '../packs.mjs';

export default {
  'negros-muscovado': () =>
    pouch({
      paper: '#c98f4e',
      label: '#fbeeda',
      text: '#7b4a1e',
      sign: sign.wheat('#a8632a'),
      inner: '#8a5226',
    }) +
    at(318, 308, 1, 10, box(-16, -16, 34, 34, 5, '#a8632a') + box(-16, -16, 34, 10, 5, '#c98f4e')) +
    at(290, 318, 0.7, -12, box(-16, -16, 34, 34, 5, '#8a5226')),
  'calamansi-honey': () =>
    jar({
      fill: '#e9a227',
      lid: '#f3d37a',
      label: '#fff8e4',
      text: '#a86f10',
      sign: sign.citrus('#6f9a3a', '#f4c95a'),
      cloth: true,
    }) + at(312, 304, 0.52, 0, sign.citrus('#6f9a3a', '#f4c95a')),
  'coconut-jam': () =>
    jar({
      fill: '#6b3a1c',
      lid: '#c9a06a',
      label: '#f8eddc',
      text: '#6b3a1c',
      sign: disc(0, 0, 32, '#7b4a2a') + disc(0, 0, 25, '#fffaf0') + disc(0, 0, 14, '#e8dfd0'),
    }) +
    disc(304, 298, 36, '#6b4428') +
    disc(304, 298, 28, '#fffaf0') +
    disc(304, 300, 17, '#e9e0d2'),
  'pili-butter': () =>
    jar({
      fill: '#c48a4e',
      lid: '#3a2a22',
      label: '#fbf1df',
      text: '#8a5a2a',
      sign: sign.nut('#9c6330', '#6b3f1c'),
    }) +
    at(308, 304, 0.62, 24, sign.nut('#9c6330', '#6b3f1c')) +
    at(92, 312, 0.5, -40, sign.nut('#8a5428', '#5a3416')),
  'davao-dark': () =>
    wrapped({
      paper: '#3b2218',
      band: '#d9a441',
      foil: '#e9d9b6',
      text: '#3b2218',
      sign: sign.leaf('#d9a441', '#3b2218'),
    }) +
    at(
      292,
      312,
      1,
      8,
      solid(slab(-44, -24, 88, 46, 5), '#4a2a1c', -44, 88, box(-2, -24, 4, 46, 0, '#2f190f')),
    ),
  barquillos: () =>
    [158, 182, 206, 230]
      .map((x, i) =>
        at(
          x,
          148,
          1,
          -12 + i * 8,
          solid(
            slab(-13, -84, 26, 150, 13),
            '#e3b15c',
            -13,
            26,
            times(6, (k) => line(`M-16 ${-70 + k * 22}l32-14`, '#c48a35', 4)),
          ) +
            oval(0, -82, 13, 6, '#b87c2c') +
            oval(0, -82, 6, 3, '#7b4a1c'),
        ),
      )
      .join('') +
    tin({
      body: '#b93f35',
      lid: '#b93f35',
      label: '#fbeedb',
      text: '#b93f35',
      sign: sign.plum('#e8a04c', '#b93f35'),
      top: 196,
      width: 190,
    }),
  'mango-granola': () =>
    pouch({
      paper: '#f2c14e',
      label: '#fff6dc',
      text: '#a8650f',
      sign: sign.mango('#f4a52f', '#e2622f', '#5d8f45'),
      inner: '#c68a4a',
    }),
};
