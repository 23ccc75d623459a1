// The drawings of cups and tumblers: product id -> drawing.

import {
  at,
  box,
  darker,
  disc,
  inside,
  lighter,
  line,
  oval,
  path,
  solid,
  steam,
  taper,
  times,
} from '../canvas.mjs';
import { COFFEE } from '../colours.mjs';
import * as sign from '../emblems.mjs';
import { cup } from '../packs.mjs';

const speckles = (x, y, width, height, colour) =>
  times(18, (i) => disc(x + ((i * 53) % width), y + ((i * 31) % height), 2 + (i % 2), colour, 0.5));

export default {
  'everyday-mug': () =>
    cup({
      x: 186,
      top: 134,
      topWidth: 172,
      bottomWidth: 148,
      colour: '#d9c2a0',
      ear: 118,
      inner: COFFEE,
      decor:
        box(60, 246, 260, 90, 0, '#3f5f86') +
        path('M60 250q30-14 60 0t60 0 60 0 60 0v20H60z', '#3f5f86') +
        speckles(104, 150, 164, 90, '#8a6a44'),
    }) + steam(186, 116),
  'espresso-pair': () =>
    [
      [130, 300, '#c4693f'],
      [264, 330, '#c4693f'],
    ]
      .map(
        ([x, y, colour]) =>
          oval(x, y - 6, 84, 16, darker(colour, 0.1)) +
          oval(x, y - 10, 84, 15, lighter(colour, 0.15)) +
          cup({
            x,
            top: y - 100,
            topWidth: 100,
            bottom: y - 8,
            bottomWidth: 58,
            colour,
            ear: 54,
            inner: '#8a5230',
          }),
      )
      .join(''),
  'commuter-tumbler': () =>
    solid(
      taper(200, 116, 140, 330, 108, 20),
      '#2f5d46',
      130,
      140,
      box(120, 226, 160, 44, 0, '#3f7458') + at(200, 182, 0.5, 0, sign.mountains('#d9e6d5', '#f2c46a')),
    ) +
    solid('M126 92h148l6 30H120z', '#22332b', 120, 160) +
    box(148, 70, 104, 26, 10, '#2c4338') +
    box(216, 60, 26, 14, 6, '#22332b'),
  'latte-bowl': () =>
    solid(
      'M82 196H318C318 276 268 322 240 322H160C132 322 82 276 82 196Z',
      '#efe3d2',
      82,
      236,
      speckles(90, 210, 220, 100, '#9c7a52'),
    ) +
    box(158, 318, 84, 12, 5, '#d9c8ae') +
    oval(200, 196, 118, 24, '#fbf4e8') +
    oval(200, 198, 106, 19, '#a86c3f') +
    path('M200 214c-26-8-40-18-32-26 8-6 22-2 32 6 10-8 24-12 32-6 8 8-6 18-32 26z', '#f6e6d0'),
  'double-wall-glass': () =>
    [
      [138, 320],
      [266, 330],
    ]
      .map(
        ([x, y]) =>
          path(taper(x, y - 176, 112, y, 92, 30), '#ffffff', 0.6) +
          inside(
            taper(x, y - 166, 92, y - 26, 62, 30),
            box(x - 60, y - 170, 120, 40, 0, '#fbf1df') +
              box(x - 60, y - 134, 120, 40, 0, '#c8925c') +
              box(x - 60, y - 96, 120, 90, 0, '#6b3f22'),
          ) +
          line(`M${x - 42} ${y - 150} ${x - 36} ${y - 40}`, '#ffffff', 7, 0.7) +
          oval(x, y - 176, 56, 9, '#ffffff', 0.8),
      )
      .join(''),
  'camp-enamel': () =>
    line('M272 176c62-16 66 92 2 98', '#f6eedb', 17) +
    line('M272 176c62-16 66 92 2 98', '#2f5f8a', 4, 0.5) +
    solid(
      taper(192, 142, 176, 330, 168, 14),
      '#f8f1e0',
      104,
      176,
      at(190, 244, 1.1, 0, sign.mountains('#2f5f8a', '#e8a04c')) +
        disc(120, 316, 6, '#3a3a3d') +
        disc(264, 160, 4, '#3a3a3d'),
    ) +
    oval(192, 142, 88, 15, '#2f5f8a') +
    oval(192, 143, 78, 11, '#22405e'),
};
