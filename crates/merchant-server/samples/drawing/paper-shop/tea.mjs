// The drawings of tea: product id -> drawing.

import { at, darker, disc, lighter, oval, path, steam, times } from '../canvas.mjs';
import { BRASS, WASHI } from '../colours.mjs';
import * as sign from '../emblems.mjs';
import { cup, pouch, tin } from '../packs.mjs';

const MATCHA = '#8faf4b';

const heap = (x, y, width, colour, grains) =>
  path(
    `M${x - width} ${y}q${width * 0.5}-${width * 0.62} ${width}-${width * 0.62}t${width} ${width * 0.62}z`,
    colour,
  ) +
  times(grains, (i) =>
    at(
      x - width * 0.7 + ((i * 29) % (width * 1.4)),
      y - 6 - ((i * 13) % (width * 0.24)),
      1,
      i * 40,
      oval(0, 0, 7, 2.5, i % 2 ? darker(colour, 0.25) : lighter(colour, 0.25)),
    ),
  );

export default {
  'uji-gyokuro': () =>
    tin({
      body: '#24523f',
      lid: '#1b3f31',
      label: '#e9d9a8',
      text: '#24523f',
      sign: sign.leaf('#3f7d52', '#e9d9a8'),
      x: 176,
      width: 132,
      top: 110,
    }) + heap(300, 330, 56, '#2f6b45', 12),
  'wazuka-sencha': () =>
    pouch({ paper: '#7fa85a', label: WASHI, text: '#3f6b35', strip: true, sign: sign.sprig('#5f8f3f') }) +
    heap(316, 332, 44, '#5f8f3f', 9),
  'roasted-hojicha': () =>
    pouch({
      paper: '#b98555',
      label: '#4a2c18',
      text: '#f0dcb8',
      strip: true,
      sign: sign.flame('#e0883f', '#f6d48a'),
    }) + heap(316, 332, 44, '#8a5a35', 9),
  genmaicha: () =>
    pouch({
      paper: '#e3d3a4',
      label: '#f7f0da',
      text: '#6b7a35',
      sign: sign.wheat('#a8923a'),
      inner: '#a3b06a',
    }) +
    times(7, (i) => disc(290 + ((i * 17) % 56), 322 - ((i * 11) % 22), 6, i % 2 ? '#fffaf0' : '#f3e6c4')),
  'ceremonial-matcha': () =>
    tin({
      body: '#1f3a2c',
      lid: '#c9ced0',
      label: '#8faf4b',
      text: '#1f3a2c',
      sign: sign.waves('#f3f7dc'),
      x: 148,
      width: 128,
      top: 206,
    }) +
    oval(286, 322, 66, 12, '#7a9a3a') +
    path('M222 320q34-66 64-70 32 4 64 70-60 16-128 0z', MATCHA) +
    path('M286 250q32 4 64 70-40 12-70 10 22-30 6-80z', darker(MATCHA)),
  'kyoto-black': () =>
    tin({
      body: '#5a2c22',
      lid: BRASS,
      label: '#f3e3c8',
      text: '#5a2c22',
      sign: sign.mountains('#8a3f2a', '#d98a3a'),
      x: 158,
      width: 146,
      top: 122,
    }) +
    cup({ x: 288, top: 262, topWidth: 92, bottomWidth: 56, colour: '#f6efe2', inner: '#a8482a' }) +
    at(288, 248, 0.66, 0, steam(0, 0)),
  sobacha: () =>
    pouch({
      paper: '#8f6f9a',
      label: '#f4ecf4',
      text: '#6b4f78',
      sign: sign.flower('#b58ac0', '#f0c44c', 5),
      inner: '#a5713f',
    }) + heap(318, 332, 40, '#a5713f', 10),
};
