// The drawings of the desk: product id -> drawing.

import { at, box, disc, line, oval, path, slab, solid, times } from '../canvas.mjs';
import { BRASS, VERMILION, WASHI } from '../colours.mjs';
import * as sign from '../emblems.mjs';

const PLANE_LEAF =
  'M0 58V24L-30 36-26 14-56 8-38-12-46-40-18-32 0-62 18-32 46-40 38-12 56 8 26 14 30 36 0 24';

export default {
  'brass-ruler': () =>
    at(
      200,
      208,
      1,
      -32,
      solid(
        slab(-168, -34, 336, 68, 5),
        BRASS,
        -168,
        336,
        times(31, (i) => box(-156 + i * 10.4, -34, 2, i % 5 ? 14 : 26, 0, '#6b5020')) +
          times(11, (i) => box(-156 + i * 31, 20, 2, 14, 0, '#6b5020')) +
          disc(148, 6, 9, '#f1ebe2'),
      ),
    ),
  'sakai-scissors': () =>
    at(
      200,
      196,
      1,
      0,
      at(
        0,
        0,
        1,
        12,
        path('M-6 20 4-140q14 60 8 160z', '#aab2b5') + path('M4-140q14 60 8 160H4z', '#7f888b'),
      ) +
        at(0, 0, 1, -12, path('M6 20-4-140q-14 60-8 160z', '#c9d0d2')) +
        disc(0, 14, 9, '#5a5f62') +
        line(
          'M-4 22C-20 60-70 50-72 96s62 46 62-6C-10 60-4 40 0 26M4 22C20 60 70 50 72 96s-62 46-62-6C10 60 4 40 0 26',
          '#3a3a3d',
          15,
        ) +
        line('M-4 26C-20 62-66 52-72 90M4 26C20 62 66 52 72 90', '#b98a55', 8),
    ),
  'paper-knife': () =>
    at(
      224,
      252,
      1,
      6,
      solid(
        slab(-118, -74, 236, 148, 5),
        WASHI,
        -118,
        236,
        path('M-118-74 0 12 118-74z', '#efe5d0') + line('M-118-74 0 12 118-74', '#d9ccb2', 3),
      ) + box(70, 30, 30, 34, 2, VERMILION, 0.8),
    ) +
    at(
      176,
      178,
      1,
      -38,
      solid(
        'M-150 0Q-140-17-90-16H130Q150-16 150 0T130 16H-90Q-140 17-150 0Z',
        '#6b4628',
        -150,
        300,
        box(40, -20, 8, 40, 0, '#4a2e18') + line('M-120 0H30', '#8a6038', 4),
      ),
    ),
  'brass-clips': () =>
    [
      [116, 176, -20],
      [256, 146, 14],
      [190, 250, -8],
      [304, 254, 30],
      [104, 300, 16],
    ]
      .map(([x, y, turn]) =>
        at(
          x,
          y,
          0.9,
          turn,
          `<g fill="none" stroke-linejoin="round"><path d="${PLANE_LEAF}" stroke="#a67c2e" stroke-width="10"/><path d="${PLANE_LEAF}" stroke="#dfb95f" stroke-width="6"/></g>`,
        ),
      )
      .join(''),
  'name-stamp': () =>
    solid(
      'M132 110q0-26 26-26t26 26v170h-52z',
      '#c99a5e',
      132,
      52,
      box(128, 240, 60, 12, 0, '#a87840') + line('M146 110q8 60-4 120M170 120q-8 50 2 100', '#b5854a', 3),
    ) +
    box(128, 276, 60, 20, 3, '#8a5f30') +
    box(128, 292, 60, 8, 2, VERMILION) +
    oval(278, 306, 66, 22, '#2d2b2a') +
    oval(278, 298, 66, 22, '#45413d') +
    oval(278, 296, 54, 16, VERMILION) +
    oval(262, 292, 18, 4, '#e8705c') +
    at(
      262,
      168,
      1,
      6,
      box(-56, -56, 112, 112, 6, WASHI) +
        box(-38, -38, 76, 76, 12, VERMILION) +
        at(0, 0, 0.72, 0, sign.plum(WASHI, VERMILION)),
    ),
  'canvas-pen-roll': () =>
    solid(
      slab(72, 150, 256, 180, 10),
      '#7a7a4e',
      72,
      256,
      box(72, 232, 256, 98, 0, '#6a6a42') +
        times(4, (i) => line(`M${124 + i * 51} 236V326`, '#55552f', 4)) +
        line('M76 238H324', '#c9c59a', 2.5),
    ) +
    [
      ['#8a3f2a', 98, 96],
      [BRASS, 149, 110],
      ['#2d2b2a', 200, 88],
      ['#a5483a', 251, 116],
      ['#3f6f8f', 302, 100],
    ]
      .map(
        ([colour, x, top]) =>
          solid(slab(x - 11, top, 22, 140, 9), colour, x - 11, 22) + box(x - 11, top + 30, 22, 5, 0, BRASS),
      )
      .join('') +
    solid(
      'M72 232H328V324Q328 330 320 330H80Q72 330 72 324Z',
      '#8b8b5c',
      72,
      256,
      times(4, (i) => line(`M${124 + i * 51} 236V326`, '#6a6a42', 4)) + line('M76 240H324', '#d9d5ae', 2.5),
    ) +
    line('M328 262c30 4 22 40 44 44', '#6b4628', 9),
  'river-paperweight': () =>
    solid(
      'M66 300C66 216 140 150 226 158 306 164 346 232 336 300Q334 330 300 330H104Q66 330 66 300Z',
      '#46494b',
      66,
      272,
      times(28, (i) => disc(90 + ((i * 61) % 230), 190 + ((i * 43) % 130), 4, '#5c6063')) +
        line('M110 240c30-40 70-56 110-54', '#8a9093', 9, 0.7),
    ) + times(3, (i) => line(`M${70 + i * 90} ${348 - (i % 2) * 6}q20-8 40 0t40 0`, '#8fb3bf', 5)),
};
