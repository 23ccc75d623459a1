// The drawings of brewing gear: product id -> drawing.

import { at, box, darker, disc, inside, lighter, line, oval, path, slab, solid, times } from '../canvas.mjs';
import { COFFEE, GLASS } from '../colours.mjs';
import { cup } from '../packs.mjs';

const STEEL = '#c3cacb';

export default {
  'ceramic-dripper': () =>
    line('M282 150c52-12 56 62-8 62', '#f3efe8', 18) +
    solid(
      'M92 120H308L238 262H162Z',
      '#fbf8f2',
      92,
      216,
      times(7, (i) => line(`M${116 + i * 28} 124 ${172 + i * 9} 262`, '#e2dacd', 5)),
    ) +
    oval(200, 120, 108, 20, '#ffffff') +
    oval(200, 122, 94, 14, '#d8cdbd') +
    solid(slab(116, 260, 168, 20, 10), '#f3eee5', 116, 168) +
    solid('M160 280h80l-8 50h-64z', '#fbf8f2', 160, 80) +
    line('M200 282v30', COFFEE, 5),
  'paper-filters': () =>
    [
      [-30, '#e9dcc6'],
      [-15, '#f2e7d4'],
      [0, '#fbf4e6'],
    ]
      .map(([turn, colour]) =>
        at(
          200,
          330,
          1,
          turn * 0.9,
          solid('M-100-210C-60-226 60-226 100-210L26-14Q0 2-26-14Z', colour, -100, 200) +
            times(5, (i) => line(`M${-70 + i * 35}-200 ${-14 + i * 7}-26`, darker(colour, 0.1), 3)) +
            line('M-100-210 -26-14', darker(colour, 0.2), 5),
        ),
      )
      .join(''),
  'gooseneck-kettle': () =>
    line('M132 292C86 286 96 214 78 168c-5-14-18-20-28-18', darker(STEEL, 0.2), 16) +
    line('M292 168c70-6 66 106 6 110', '#2f2d2b', 17) +
    solid(
      'M146 164H282L304 312Q306 330 288 330H138Q120 330 122 312Z',
      STEEL,
      120,
      186,
      box(110, 306, 200, 5, 0, darker(STEEL, 0.3), 0.5),
    ) +
    solid('M146 166q8-30 68-30t68 30z', lighter(STEEL, 0.2), 146, 136) +
    box(196, 116, 36, 24, 8, '#2f2d2b') +
    oval(214, 166, 68, 6, darker(STEEL, 0.25)),
  'hand-grinder': () =>
    line('M200 92h86', '#8c9496', 12) +
    solid(slab(262, 66, 48, 56, 20), '#9c6a3f', 262, 48) +
    box(186, 84, 28, 26, 8, '#6f7779') +
    solid(
      slab(146, 108, 108, 128, 14),
      '#b9c1c3',
      146,
      108,
      times(12, (i) => box(150 + i * 9, 196, 4, 34, 2, '#98a1a3')),
    ) +
    solid(
      slab(140, 228, 120, 102, 18),
      '#8a5a35',
      140,
      120,
      times(4, (i) => line(`M136 ${246 + i * 22}q62-10 128 0`, '#754a2a', 3)),
    ) +
    box(138, 226, 124, 8, 4, '#5f6668') +
    disc(318, 316, 7, COFFEE) +
    disc(104, 320, 6, COFFEE) +
    disc(92, 312, 5, COFFEE),
  'french-press': () =>
    line('M276 158h34a12 12 0 0 1 12 12v92a12 12 0 0 1-12 12h-34', '#2f2d2b', 16) +
    box(194, 66, 12, 84, 6, '#9aa3a5') +
    disc(200, 64, 18, '#2f2d2b') +
    path(slab(122, 138, 156, 186, 16), GLASS) +
    solid(
      slab(122, 138, 156, 186, 16),
      GLASS,
      122,
      156,
      box(122, 206, 156, 130, 0, COFFEE) +
        box(122, 200, 156, 12, 0, '#8a5a3a') +
        box(126, 186, 148, 10, 4, '#9aa3a5') +
        box(195, 138, 10, 52, 0, '#9aa3a5'),
    ) +
    solid('M116 138q10-26 84-26t84 26v8H116z', '#aeb7b8', 116, 168) +
    box(112, 218, 176, 10, 5, '#7d8688') +
    box(112, 296, 176, 10, 5, '#7d8688') +
    path('M120 306h20v24h-20zM260 306h20v24h-20z', '#7d8688'),
  'brew-scale': () =>
    solid('M92 254H308L338 316Q340 330 326 330H74Q60 330 62 316Z', '#2d2f31', 62, 276) +
    solid('M104 236H296L314 274H86Z', '#46494c', 86, 228) +
    box(150, 288, 100, 30, 6, '#0f1c1a') +
    times(4, (i) => box(160 + i * 20 + (i === 3 ? 4 : 0), 294, i === 1 ? 5 : 12, 18, 2, '#6fe3b4')) +
    disc(278, 303, 8, '#5c6063') +
    disc(122, 303, 8, '#e8704f') +
    cup({ top: 152, topWidth: 120, bottom: 254, bottomWidth: 90, colour: '#fbf4e6', inner: COFFEE, ear: 66 }),
  'glass-server': () =>
    line('M284 176c58-8 58 86 4 94', lighter(GLASS, 0.3), 14) +
    path(
      'M150 120h100c0 30 54 66 54 138 0 46-22 72-40 72H136c-18 0-40-26-40-72 0-72 54-108 54-138z',
      '#ffffff',
      0.55,
    ) +
    inside(
      'M150 120h100c0 30 54 66 54 138 0 46-22 72-40 72H136c-18 0-40-26-40-72 0-72 54-108 54-138z',
      box(80, 226, 240, 120, 0, COFFEE) +
        oval(200, 226, 104, 10, '#8a5a3a') +
        times(4, (i) => box(184, 248 + i * 20, i % 2 ? 20 : 34, 4, 2, '#f4e7d1')) +
        line('M130 200c-20 30-22 70-10 108', '#ffffff', 12, 0.5),
    ) +
    solid(slab(142, 112, 116, 18, 9), '#9c6a3f', 142, 116) +
    solid('M152 112q6-22 48-22t48 22z', '#2f2d2b', 152, 96) +
    disc(200, 84, 10, '#2f2d2b'),
  'moka-pot': () =>
    line('M276 140c58-2 56 60 46 96', '#2b2624', 18) +
    solid(
      'M150 204 124 316Q122 330 136 330H264Q278 330 276 316L250 204Z',
      '#b3bbbd',
      122,
      156,
      path('M176 204 166 330h34V204z', '#ffffff', 0.25),
    ) +
    box(142, 192, 116, 20, 8, '#8f989a') +
    solid(
      'M134 112H268L252 192H148Z',
      '#c5cccd',
      134,
      134,
      path('M176 112 178 192h24v-80z', '#ffffff', 0.3),
    ) +
    path('M134 112 104 100l36 34z', '#a5aeb0') +
    solid('M134 112 200 84 268 112Z', '#aab3b5', 134, 134) +
    box(190, 64, 20, 24, 8, '#2b2624') +
    disc(200, 268, 7, '#d9a441'),
};
