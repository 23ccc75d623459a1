// The drawings of washi and wrapping: product id -> drawing.

import { at, box, copies, disc, inside, lighter, line, path, slab, solid, times } from '../canvas.mjs';
import { BRASS, VERMILION, WASHI } from '../colours.mjs';
import * as sign from '../emblems.mjs';
import { asanoha, ichimatsu, seigaiha } from '../patterns.mjs';

const INDIGO = '#2c4470';

/** A roll of tape lying with its open side to us. */
const roll = (x, y, r, outside, core = '#e6d6b8') =>
  inside(`M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0-${2 * r} 0z`, outside) +
  disc(x, y, r * 0.62, core) +
  disc(x, y, r * 0.54, '#fbf3e4') +
  line(
    `M${x - r * 0.8} ${y - r * 0.3}a${r * 0.86} ${r * 0.86} 0 0 1 ${r * 0.5}-${r * 0.5}`,
    '#ffffff',
    5,
    0.5,
  );

const knot = (x, y, first, second) =>
  [
    [0, first],
    [9, second],
  ]
    .map(([o, c]) =>
      line(
        `M${x - 120} ${y + 90 + o}C${x - 40} ${y + 80 + o} ${x - 90} ${y - 70 + o} ${x - 10} ${y - 50 + o}S${x + 60} ${y + 60 + o} ${x} ${y + 60 + o} ${x - 70} ${y - 30 + o} ${x + 14} ${y - 50 + o} ${x + 50} ${y + 80 + o} ${x + 124} ${y + 88 + o}`,
        c,
        8,
      ),
    )
    .join('');

const RING = [
  [48, 0],
  [34, 34],
  [0, 48],
  [-34, 34],
  [-48, 0],
  [-34, -34],
  [0, -48],
  [34, -34],
];

export default {
  'wave-tape': () =>
    inside('M196 108 344 116 350 166 200 166z', seigaiha(190, 100, 170, 80, '#f3f5f4', INDIGO, 26)) +
    path('M344 112l8 8-6 8 8 8-6 8 8 8-6 8 6 8-12 4z', '#f9e7e3') +
    roll(180, 218, 110, seigaiha(60, 100, 240, 240, '#f3f5f4', INDIGO, 34)),
  'season-tape': () =>
    [
      [132, 152, '#e9a5ac', sign.plum('#fff3ee', '#d9707c')],
      [270, 152, '#a9c48a', sign.bamboo('#5f8f4a', '#3f6b35')],
      [132, 272, '#e58a4f', sign.maple('#b93a26')],
      [270, 272, '#b9d0df', sign.snow('#ffffff')],
    ]
      .map(([x, y, c, mark]) =>
        roll(
          x,
          y,
          62,
          box(x - 70, y - 70, 140, 140, 0, c) +
            copies(
              at(0, 0, 0.2, 0, mark),
              RING.map(([dx, dy], i) => [x + dx, y + dy, i * 45]),
            ),
          lighter(c, 0.3),
        ),
      )
      .join(''),
  'chiyogami-origami': () =>
    at(
      206,
      250,
      1,
      -8,
      inside(slab(-104, -64, 208, 140, 2), ichimatsu(-104, -64, 210, 142, '#f6ead8', '#d98a9c', 26)),
    ) +
    path('M92 226 176 190 214 250z', '#a83242') +
    path('M214 250 176 190 330 112z', VERMILION) +
    path('M214 250 330 112 262 268z', '#e0614f') +
    path('M176 190 150 110 214 250z', '#d9503d') +
    path('M150 110 128 84 168 166z', '#a83242') +
    path('M128 84 104 104 139 99z', '#8a2533') +
    path('M214 250 262 268 176 286z', '#a83242') +
    [
      [196, 160],
      [270, 186],
      [236, 232],
      [170, 216],
    ]
      .map(([x, y]) => at(x, y, 0.22, 0, sign.plum('#fbe3b0', BRASS)))
      .join(''),
  furoshiki: () =>
    solid(
      'M84 236C84 190 150 172 200 172S316 190 316 236 292 330 200 330 84 286 84 236Z',
      '#7a3f6b',
      84,
      232,
      asanoha(80, 160, 240, 180, '#7a3f6b', '#b98ab0', 50),
    ) +
    path('M200 190C170 150 110 150 82 110 120 96 176 130 200 176z', '#8f5280') +
    path('M200 190C230 150 290 150 318 110 280 96 224 130 200 176z', '#6b355d') +
    path('M200 190C180 160 172 110 196 74 214 110 220 160 200 190z', '#a5699a') +
    solid('M166 172q34-18 68 0v28q-34 16-68 0z', '#8f5280', 166, 68) +
    line('M150 210c-30 20-44 60-40 90M250 210c30 20 44 60 40 90', '#5f2d52', 4, 0.6),
  'wrapping-sheets': () =>
    [
      ['#cfd9bd', -16],
      ['#f0d9c2', -6],
      [WASHI, 4],
    ]
      .map(([colour, turn], n) =>
        at(
          200,
          330,
          1,
          turn,
          solid(
            slab(-84, -236 + n * 8, 168, 232 - n * 8, 3),
            colour,
            -84,
            168,
            n === 2
              ? at(-24, -130, 1, -24, sign.sprig('#7a9a5a')) +
                  at(36, -80, 0.7, 30, sign.maple('#c9683f')) +
                  at(30, -176, 0.5, 0, sign.leaf('#b8a04a', '#8a7530')) +
                  times(14, (i) =>
                    line(`M${-76 + ((i * 47) % 150)} ${-210 + ((i * 71) % 200)}l14 5`, '#d9cbb0', 2),
                  )
              : '',
          ),
        ),
      )
      .join(''),
  'mizuhiki-cords': () =>
    at(
      0,
      24,
      1,
      0,
      knot(198, 190, VERMILION, '#f6eee0') +
        line('M78 296C158 286 108 140 188 160S258 270 198 270 128 176 212 156 248 286 322 294', BRASS, 7) +
        line('M316 282l26 8M316 292l26 4M84 284l-28 8M84 294l-26 6', VERMILION, 6),
    ),
};
