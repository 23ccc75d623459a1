// The drawings of the home: product id -> drawing.

import { at, box, disc, line, oval, path, slab, solid, times } from '../canvas.mjs';
import { COFFEE } from '../colours.mjs';
import * as sign from '../emblems.mjs';
import { cup } from '../packs.mjs';

const candleFlame = (x, y) =>
  line(`M${x} ${y + 30}v-16`, '#3a2a22', 4) +
  path(`M${x} ${y - 26}c14 18 15 28 8 38-4 5-12 5-16 0-7-10-6-20 8-38z`, '#f6a53c') +
  path(`M${x} ${y - 8}c6 8 6 14 3 18-2 2-4 2-6 0-3-4-3-10 3-18z`, '#fff0c2');

const coil = (x, y, rx, ry, colours) =>
  times(5, (i) => oval(x, y, rx - i * (rx / 5), ry - i * (ry / 5), colours[i % 2]));

export default {
  'soy-candle': () =>
    disc(200, 106, 62, '#ffe9b8', 0.55) +
    candleFlame(200, 108) +
    solid(
      slab(116, 158, 168, 172, 20),
      '#b9793f',
      116,
      168,
      box(116, 150, 168, 34, 0, '#fff4df', 0.85) +
        box(142, 214, 116, 82, 4, '#fbf4e6') +
        at(200, 244, 0.5, 0, sign.flower('#e0a64b', '#a8632a', 8)) +
        box(172, 276, 56, 5, 2.5, '#8a5a2a'),
    ) +
    oval(200, 160, 84, 13, '#fbead0') +
    oval(200, 161, 72, 9, '#f3d9ac') +
    line('M200 160v-20', '#3a2a22', 4),
  'reed-diffuser': () =>
    [
      [-26, '#c9a06a'],
      [-13, '#b58a54'],
      [-2, '#c9a06a'],
      [10, '#b58a54'],
      [24, '#c9a06a'],
    ]
      .map(([turn, colour]) => at(200, 240, 1, turn, box(-3.5, -186, 7, 180, 3.5, colour)))
      .join('') +
    solid(
      'M180 154h40v30c0 16 56 18 56 60v68q0 18-18 18H142q-18 0-18-18v-68c0-42 56-44 56-60z',
      '#8a4f24',
      124,
      152,
      box(148, 250, 104, 62, 4, '#fbf4e6') +
        at(200, 274, 0.42, 0, sign.citrus('#e08a2f', '#f4b85c')) +
        box(176, 298, 48, 5, 2.5, '#8a4f24'),
    ) +
    box(172, 142, 56, 20, 6, '#2f2420'),
  'linen-towel': () =>
    box(186, 66, 28, 12, 6, '#8f6a43') +
    disc(200, 72, 10, '#6b4a2a') +
    line('M200 76c-14 10-14 20-6 26', '#cdb693', 6) +
    solid(
      'M120 100q80-16 160 0l10 216q-10 10-22 2t-24 2-22 0-22 0-22 0-22-2-22 2-24-2z',
      '#f1e6d2',
      112,
      178,
      box(100, 252, 220, 10, 0, '#3f5f86') +
        box(100, 270, 220, 5, 0, '#3f5f86') +
        box(100, 284, 220, 5, 0, '#3f5f86') +
        line('M166 108c-8 60-8 140-4 208M232 108c8 60 8 140 6 208', '#d8c8ac', 5, 0.7),
    ),
  'rattan-tray': () =>
    oval(200, 262, 146, 62, '#8f5f31') +
    oval(200, 250, 146, 62, '#c48f54') +
    oval(200, 250, 124, 49, '#a87240') +
    times(7, (i) => line(`M${96 + i * 6} ${226 + i * 8}q104-26 ${208 - i * 12} 0`, '#96633a', 4)) +
    line('M62 240c-22-40 26-62 44-34M338 240c22-40-26-62-44-34', '#9c6a3a', 13) +
    cup({
      x: 168,
      top: 186,
      topWidth: 84,
      bottom: 254,
      bottomWidth: 62,
      colour: '#fffaf0',
      inner: COFFEE,
      ear: 48,
    }) +
    oval(256, 248, 46, 17, '#fffaf0') +
    path('M222 240c4-26 64-30 70 0-16 10-54 10-70 0z', '#d9973f') +
    line('M238 226l8 14M256 222l6 16M274 226l4 12', '#b8752a', 4),
  'abaca-coasters': () =>
    [
      [252, 306, 74, 20],
      [240, 290, 74, 20],
    ]
      .map(([x, y, rx, ry]) => oval(x, y + 8, rx, ry, '#9c7a4a') + coil(x, y, rx, ry, ['#d6b681', '#c09a62']))
      .join('') +
    at(
      166,
      214,
      1,
      -14,
      disc(0, 4, 98, '#9c7a4a') +
        times(8, (i) => disc(0, 0, 98 - i * 12.5, i % 2 ? '#c09a62' : '#d9bd8c')) +
        times(
          16,
          (i) => `<g transform="rotate(${i * 22.5})">${box(-1.5, -96, 3, 70, 1.5, '#b08c54', 0.5)}</g>`,
        ),
    ),
  'market-tote': () =>
    line('M150 170C150 60 250 60 250 170', '#b79a6a', 15) +
    solid(
      'M104 158H296L310 318Q311 330 298 330H102Q89 330 90 318Z',
      '#eadcc0',
      90,
      220,
      at(200, 246, 1.25, 0, sign.wind('#17644a')) + line('M100 174H300', '#cdb68c', 4),
    ) +
    line('M150 170v28M250 170v28', '#b79a6a', 15),
};
