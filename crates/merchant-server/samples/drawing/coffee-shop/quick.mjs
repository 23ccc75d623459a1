// The drawings of drip bags and cold brew: product id -> drawing.

import { at, box, darker, disc, line, oval, path, slab, solid, taper, times } from '../canvas.mjs';
import * as sign from '../emblems.mjs';
import { bottle, carton, cup } from '../packs.mjs';

const dripBag = (colour) =>
  path('M-34-40H34L40 44H-40z', '#fffaf0') +
  path('M-34-40H34L30-18H-30z', colour) +
  line('M-34-30h-22l10 26M34-30h22l-10 26', '#d7c7aa', 6) +
  path('M-36 6H36l4 38H-40z', '#5b3722', 0.85);

const sachet = (x, y, turn, colour, mark) =>
  at(
    x,
    y,
    1,
    turn,
    solid(
      slab(-38, -64, 76, 128, 5),
      colour,
      -38,
      76,
      box(-38, -64, 76, 13, 0, darker(colour)) + at(0, 2, 0.55, 0, mark),
    ),
  );

const can = (x, body, band) =>
  solid(
    `M${x - 46} 130h92l8 14v168l-8 18h-92l-8-18V144z`,
    body,
    x - 54,
    108,
    box(x - 54, 196, 108, 78, 0, band) +
      times(4, (i) => oval(x - 24 + i * 16, 236 + (i % 2) * 14, 7, 10, body, 0.7)),
  ) +
  oval(x, 130, 46, 9, '#e3e6e6') +
  oval(x, 131, 36, 6, '#b9c0c0') +
  oval(x + 6, 131, 12, 3, '#8f9898');

export default {
  'house-drip-bags': () =>
    carton({
      paper: '#17644a',
      label: '#f6ead6',
      text: '#17644a',
      x: 172,
      width: 170,
      top: 116,
      sign: sign.wind('#d98a3a'),
    }) +
    cup({ x: 272, top: 256, topWidth: 96, bottomWidth: 70, colour: '#fff6e6', ear: 60 }) +
    at(272, 232, 0.74, 0, dripBag('#17644a')),
  'island-sampler': () =>
    sachet(134, 150, -10, '#17644a', sign.mountains('#f6ead6', '#f2a14a')) +
    sachet(200, 138, 0, '#e8704f', sign.sunrise('#ffe2a6', '#fff1dd')) +
    sachet(266, 150, 10, '#2f6f86', sign.waves('#f6ead6')) +
    carton({
      paper: '#e9d6b4',
      label: '#fffaf0',
      text: '#8a5f35',
      width: 226,
      top: 196,
      depth: 14,
      sign: at(
        0,
        8,
        0.8,
        0,
        times(3, (i) => disc(-30 + i * 30, 0, 11, ['#17644a', '#e8704f', '#2f6f86'][i])),
      ),
    }),
  'cold-brew-concentrate': () =>
    bottle({
      glass: '#4a2a18',
      cap: '#1f1b19',
      label: '#f4ead8',
      text: '#4a2a18',
      x: 164,
      width: 124,
      sign: sign.drop('#6b3f22'),
    }) +
    path(taper(278, 206, 92, 330, 76, 12), '#ffffff', 0.55) +
    path('M236 236h84l-6 82q-1 12-12 12h-48q-11 0-12-12z', '#6b3f22') +
    box(246, 222, 30, 30, 6, '#ffffff', 0.7) +
    at(290, 250, 1, 18, box(-15, -15, 30, 30, 6, '#ffffff', 0.55)) +
    line('M296 250 312 176', '#d98a3a', 7),
  'nitro-cans': () => can(144, '#2b2b2d', '#d9a441') + can(262, '#3a3a3d', '#e9e2d2'),
  'muscovado-latte': () =>
    solid(
      taper(200, 144, 132, 330, 140, 26),
      '#e6cfae',
      128,
      144,
      box(120, 140, 160, 70, 0, '#f4e7d1') +
        path('M120 210q40 22 80 0t80 0v60H120z', '#cf9f6a') +
        box(120, 262, 160, 80, 0, '#8a5430'),
    ) +
    path('M158 96h84v30l24 26H134l24-26z', '#f4e7d1') +
    solid(slab(150, 76, 100, 32, 8), '#d98a3a', 150, 100) +
    path(slab(150, 210, 100, 76, 38), '#fffaf0') +
    at(200, 246, 0.62, 0, sign.wheat('#a8733c')),
};
