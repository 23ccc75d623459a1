// The drawings of tea and cacao: product id -> drawing.

import { at, box, line, oval, path, solid, steam, times } from '../canvas.mjs';
import * as sign from '../emblems.mjs';
import { cup, pouch, tin } from '../packs.mjs';

export default {
  'jasmine-green': () =>
    tin({
      body: '#3f7d5c',
      lid: '#2f6047',
      label: '#eef5e6',
      text: '#3f7d5c',
      sign: sign.flower('#ffffff', '#f0c44c') + line('M20 24c10 8 20 8 28 2', '#3f7d5c', 5),
    }) +
    at(312, 310, 0.5, 0, sign.flower('#ffffff', '#f0c44c')) +
    at(88, 318, 0.38, 20, sign.flower('#ffffff', '#f0c44c')),
  'dayap-earl-grey': () =>
    tin({
      body: '#2d3f66',
      lid: '#d9b25a',
      label: '#f5f0df',
      text: '#2d3f66',
      sign: sign.citrus('#7fae3d', '#c9dc7a'),
    }) + at(310, 306, 0.56, 0, sign.citrus('#7fae3d', '#c9dc7a')),
  'salabat-tanglad': () =>
    pouch({ paper: '#d9b48a', label: '#fbf0dc', text: '#8a5a2a', sign: sign.ginger('#e3b36a', '#b07d3a') }) +
    line(
      'M306 330C300 250 316 190 330 150M318 330c0-70 10-120 26-160M296 330c-8-60-2-110 6-150',
      '#86a95a',
      7,
    ),
  'blue-ternate': () =>
    pouch({
      paper: '#f3efe6',
      label: '#e3e4f6',
      text: '#4453a3',
      sign: sign.flower('#4a57b5', '#f4e9a8', 6),
      notch: true,
    }) +
    at(300, 300, 0.62, 0, sign.flower('#4a57b5', '#f4e9a8', 6)) +
    at(100, 312, 0.42, 30, sign.flower('#6a74c9', '#f4e9a8', 6)),
  'breakfast-ceylon': () =>
    tin({
      body: '#a9552f',
      lid: '#7c3a1e',
      label: '#fbeedb',
      text: '#a9552f',
      sign: sign.sunrise('#d9822f', '#a9552f'),
      x: 164,
      width: 150,
      top: 132,
    }) +
    cup({ x: 286, top: 252, topWidth: 92, bottomWidth: 60, colour: '#ffffff', ear: 56, inner: '#9c4a1c' }) +
    line('M256 256c-8 16-10 26-8 44', '#ffffff', 3) +
    box(238, 300, 22, 24, 4, '#d9822f') +
    at(286, 238, 0.75, 0, steam(0, 0)),
  'davao-tablea': () =>
    times(
      4,
      (i) =>
        solid(
          `M112 ${302 - i * 34}a88 15 0 0 1 176 0v14a88 15 0 0 1-176 0z`,
          i % 2 ? '#5a3220' : '#6b3d26',
          112,
          176,
        ) + oval(200, 302 - i * 34, 88, 15, i % 2 ? '#6b3d26' : '#7b4a30'),
    ) +
    oval(200, 200, 56, 9, '#5a3220') +
    at(
      200,
      158,
      1,
      0,
      path('M-58 6C-58-34-24-50 6-50 38-50 60-30 60 0 60 26 34 40 4 40-30 40-58 32-58 6z', '#c4702f') +
        line('M-50 4C-20-14 26-16 54-4M-44 20c30-10 62-10 88 0M-40-14C-14-32 20-34 44-24', '#93501e', 5),
    ),
  'drinking-chocolate': () =>
    tin({
      body: '#5a3220',
      lid: '#e3c294',
      label: '#f2dfc2',
      text: '#5a3220',
      sign: sign.drop('#7b4a30'),
      x: 160,
      width: 148,
      top: 124,
    }) +
    cup({ x: 280, top: 242, topWidth: 108, bottomWidth: 84, colour: '#e8704f', ear: 62, inner: '#5a3220' }) +
    oval(272, 243, 16, 5, '#f6e6d0') +
    oval(294, 244, 12, 4, '#f6e6d0') +
    at(280, 226, 0.75, 0, steam(0, 0)),
};
