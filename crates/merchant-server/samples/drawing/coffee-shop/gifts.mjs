// The drawings of gifts: product id -> drawing.

import { at, box, darker, disc, line, oval, path, slab, solid, times } from '../canvas.mjs';
import { COFFEE } from '../colours.mjs';
import * as sign from '../emblems.mjs';
import { carton, cup } from '../packs.mjs';

const bow = (x, y, colour) =>
  path(
    `M${x} ${y}c-12-34-62-40-58-10 2 20 36 20 58 10zM${x} ${y}c12-34 62-40 58-10-2 20-36 20-58 10z`,
    colour,
  ) +
  path(`M${x - 4} ${y}l-26 36 18-2 16-30zM${x + 4} ${y}l26 36-18-2-16-30z`, darker(colour)) +
  disc(x, y - 2, 10, darker(colour, 0.1));

const littleTin = (x, y, colour, mark) =>
  solid(
    slab(x - 40, y - 62, 80, 62, 8),
    colour,
    x - 40,
    80,
    box(x - 44, y - 46, 88, 32, 0, '#fbf4e6') + at(x, y - 30, 0.34, 0, mark),
  ) + solid(slab(x - 42, y - 76, 84, 22, 6), darker(colour), x - 42, 84);

export default {
  'morning-box': () =>
    cup({
      x: 142,
      top: 152,
      topWidth: 92,
      bottom: 250,
      bottomWidth: 80,
      colour: '#d9c2a0',
      inner: COFFEE,
      ear: 60,
    }) +
    solid(
      'M196 116h84l4 140h-92z',
      '#17644a',
      192,
      92,
      path('M212 240v-50a26 26 0 0 1 52 0v50z', '#f6ead6'),
    ) +
    box(198, 108, 80, 12, 6, '#0f4634') +
    carton({ paper: '#e7cfa4', width: 232, top: 226, depth: 0 }) +
    times(22, (i) =>
      line(
        `M${92 + i * 10} 232q${(i % 3) * 4 - 4}-16 ${(i % 2) * 14 - 4}-24`,
        i % 2 ? '#f3e2bd' : '#d9bb82',
        5,
      ),
    ) +
    box(84, 262, 232, 24, 0, '#c93a45') +
    bow(200, 268, '#d8515b'),
  'starter-set': () =>
    solid('M96 118H204L168 190H132Z', '#fbf8f2', 96, 108) +
    oval(150, 118, 54, 10, '#d8cdbd') +
    path('M120 190h60c0 14 26 34 26 66H94c0-32 26-52 26-66z', '#dfe9ea') +
    path('M104 222h92q10 16 10 34H94q0-18 10-34z', '#5b3420') +
    box(112, 184, 76, 12, 6, '#9c6a3f') +
    solid(
      'M226 110h76l4 150h-84z',
      '#f0e3cc',
      222,
      84,
      box(216, 170, 96, 54, 0, '#e8704f') + at(264, 196, 0.5, 0, sign.sunrise('#ffe2a6', '#fff1dd')),
    ) +
    box(230, 100, 68, 13, 6, '#e8704f') +
    carton({ paper: '#2f6f86', width: 248, top: 236, depth: 0 }) +
    box(180, 236, 40, 94, 0, '#f2c46a') +
    bow(200, 240, '#f2c46a'),
  'tea-flight': () =>
    [
      [112, 214, '#3f7d5c'],
      [200, 214, '#2d3f66'],
      [288, 214, '#a9552f'],
    ]
      .map(([x, y, c], i) =>
        littleTin(
          x,
          y,
          c,
          [
            sign.flower('#5aa583', '#f0c44c'),
            sign.citrus('#7fae3d', '#c9dc7a'),
            sign.sunrise('#d9822f', '#a9552f'),
          ][i],
        ),
      )
      .join('') +
    [
      [112, 310, '#d9a03c'],
      [200, 310, '#4a57b5'],
      [288, 310, '#8e2f3c'],
    ]
      .map(([x, y, c], i) =>
        littleTin(
          x,
          y,
          c,
          [
            sign.ginger('#d9a03c', '#8a5a12'),
            sign.flower('#4a57b5', '#f4e9a8', 6),
            sign.cherries('#c93a45', '#4d7a45'),
          ][i],
        ),
      )
      .join('') +
    box(64, 306, 272, 24, 6, '#b98a55') +
    box(64, 306, 272, 7, 3, '#d2a872'),
  'pasalubong-hamper': () =>
    line('M132 220C132 96 268 96 268 220', '#8f5f31', 14) +
    solid(slab(134, 146, 62, 90, 8), '#b93f35', 134, 62, box(130, 166, 70, 44, 0, '#fbeedb')) +
    solid(slab(204, 160, 54, 80, 4), '#3b2218', 204, 54, box(200, 184, 62, 24, 0, '#d9a441')) +
    disc(156, 206, 24, '#c4702f') +
    disc(272, 216, 22, '#6b4428') +
    solid(
      'M84 214H316L296 318Q294 330 282 330H118Q106 330 104 318Z',
      '#d2a45f',
      84,
      232,
      times(6, (r) =>
        times(13, (i) => ((r + i) % 2 ? box(78 + i * 20, 214 + r * 20, 20, 20, 0, '#b9823f') : '')),
      ) + box(80, 250, 240, 20, 0, '#17644a', 0.85),
    ) +
    box(80, 208, 240, 16, 8, '#a8733a'),
};
