// The drawings of incense and cloth: product id -> drawing.

import { at, box, darker, disc, lighter, line, oval, path, solid, times } from '../canvas.mjs';
import { BRASS, VERMILION, WASHI } from '../colours.mjs';
import * as sign from '../emblems.mjs';
import { carton } from '../packs.mjs';
import { seigaiha, strewn } from '../patterns.mjs';

const smoke = (x, y) => line(`M${x} ${y}c-22-26 22-44 2-72s14-40 6-60`, '#b3a6b8', 6, 0.75);

const sticks = (x, y, colour, count, turn) =>
  times(count, (i) =>
    at(x + i * 9, y, 1, turn + i * 1.2, box(-2.5, -150, 5, 152, 2.5, i % 2 ? colour : darker(colour))),
  );

const cloth = (decor, hem) =>
  box(96, 84, 208, 14, 7, '#9c7a4f') +
  disc(96, 91, 9, '#7a5c38') +
  disc(304, 91, 9, '#7a5c38') +
  solid(
    'M112 94H288V318q-14 10-30 2t-30 2-28 0-28 0-30 0-30-4z',
    hem,
    112,
    176,
    decor + box(112, 94, 176, 10, 0, darker(hem, 0.3), 0.25),
  );

export default {
  'sandalwood-incense': () =>
    sticks(186, 212, '#a8743f', 8, -6) +
    smoke(176, 96) +
    carton({
      paper: '#6b3f2a',
      label: '#f0e0c4',
      text: '#6b3f2a',
      width: 180,
      top: 196,
      depth: 0,
      sign: sign.flower('#b5793f', '#6b3f2a', 8),
    }),
  'hinoki-incense': () =>
    carton({
      paper: '#5f7a52',
      label: WASHI,
      text: '#5f7a52',
      x: 216,
      width: 172,
      top: 118,
      sign: path('M0-46 26-8H14L36 24H6V42H-6V24H-36L-14-8H-26z', '#5f7a52'),
    }) +
    at(128, 312, 1, 0, box(-70, 4, 140, 14, 7, '#d2b07a') + box(-70, 4, 140, 5, 2.5, '#e6cc9c')) +
    at(92, 312, 1, 24, box(-2.5, -176, 5, 178, 2.5, '#8a9a5a') + disc(0, -176, 4, '#e8704f')) +
    smoke(164, 142),
  'incense-holder': () =>
    oval(200, 300, 130, 32, '#d9d4cc') +
    oval(200, 290, 130, 32, '#fdfbf7') +
    oval(200, 292, 104, 23, '#ece7df') +
    at(
      200,
      268,
      1,
      0,
      times(5, (i) => `<g transform="rotate(${i * 72})">${oval(0, -24, 20, 22, BRASS)}</g>`) +
        times(
          5,
          (i) => `<g transform="rotate(${i * 72})">${oval(-5, -26, 6, 10, lighter(BRASS, 0.45))}</g>`,
        ) +
        disc(0, 0, 13, darker(BRASS)),
    ) +
    box(197, 120, 6, 150, 3, '#7a4f3a') +
    disc(200, 120, 5, '#e8704f') +
    smoke(200, 108),
  'scent-sachet': () =>
    line('M200 150C176 100 176 80 200 62 224 80 224 100 200 150', VERMILION, 7) +
    solid(
      'M150 156Q200 176 250 156C300 190 318 250 300 306 270 334 130 334 100 306 82 250 100 190 150 156Z',
      '#a83a52',
      92,
      216,
      strewn(80, 150, 240, 190, '#a83a52', 74, at(0, 0, 0.5, 0, sign.flower('#e9a5ac', BRASS, 8))),
    ) +
    path('M150 156q-18-18-22-40 40 18 72 18t72-18q-4 22-22 40-50 18-100 0z', '#c25069') +
    line('M146 158q54 20 108 0', BRASS, 9) +
    line('M200 166c-16 14-30 50-18 74M200 166c16 14 30 44 24 80', BRASS, 6) +
    disc(200, 166, 11, BRASS),
  tenugui: () =>
    cloth(
      seigaiha(108, 94, 190, 150, '#e9f0f2', '#3f6f9a', 38) +
        box(108, 236, 190, 100, 0, '#3f6f9a') +
        at(160, 286, 0.72, -20, sign.dragonfly('#f3f6f7', '#c9dbe6')) +
        at(240, 276, 0.6, 24, sign.dragonfly('#f3f6f7', '#c9dbe6')),
      '#e9f0f2',
    ),
};
