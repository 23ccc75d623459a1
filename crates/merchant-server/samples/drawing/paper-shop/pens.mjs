// The drawings of pens and pencils: product id -> drawing.

import { at, box, darker, disc, lighter, line, path, slab, solid, times } from '../canvas.mjs';
import { BRASS, VERMILION, WASHI } from '../colours.mjs';

const pen = (turn, parts) => at(200, 206, 1, turn, parts);

export default {
  'brass-pen': () =>
    pen(
      42,
      solid(
        slab(-17, -150, 34, 236, 16),
        BRASS,
        -17,
        34,
        times(4, (i) => box(-20, 20 + i * 12, 40, 4, 0, darker(BRASS))),
      ) +
        path('M-17 84h34L5 128h-10z', darker(BRASS, 0.12)) +
        box(-2.5, 124, 5, 18, 2.5, '#6f6252') +
        box(12, -128, 8, 96, 4, lighter(BRASS, 0.35)) +
        box(-10, -166, 20, 22, 8, darker(BRASS)),
    ) + line('M290 330c-30 8-60-10-90 0s-70 4-90-2', '#2f3f6b', 5),
  'cherrywood-fountain': () =>
    pen(
      -38,
      solid(
        slab(-21, -160, 42, 130, 20),
        '#8a3f2a',
        -21,
        42,
        times(3, (i) => line(`M-16 ${-150 + i * 40}q16 20 30-4`, '#713221', 3)),
      ) +
        box(-22, -40, 44, 12, 3, BRASS) +
        solid('M-20-28h40l-3 118h-34z', '#9c4b33', -20, 40) +
        box(15, -140, 8, 92, 4, BRASS) +
        path('M-15 92h30l-4 16 2 16L0 168-13 124l2-16z', '#d9bd6a') +
        line('M0 118v44', '#8a6f2f', 2.5) +
        disc(0, 116, 4, '#8a6f2f'),
    ),
  'brush-pen': () =>
    pen(
      35,
      solid(
        slab(-18, -156, 36, 218, 14),
        '#2d2b2a',
        -18,
        36,
        box(-18, -40, 36, 60, 0, VERMILION) + times(3, (i) => box(-4, -30 + i * 16, 8, 10, 3, WASHI)),
      ) +
        path('M-15 62h30l-5 20h-20z', '#59534d') +
        path('M-10 82h20c4 26-2 48-10 66-8-18-14-40-10-66z', '#1d1b1a'),
    ) + path('M66 318c40-34 120-30 170-16-40 10-60 30-110 28-30-2-44 4-60-12z', '#1d1b1a', 0.85),
  'gel-set': () =>
    [
      ['#6b3f6b', -2],
      ['#5f7a45', -1],
      ['#9c6a3a', 0],
      ['#3f6f8f', 1],
      ['#3a3a3d', 2],
    ]
      .map(([ink, i]) =>
        at(
          200 + i * 44,
          330,
          1,
          i * 4,
          solid(slab(-15, -206, 30, 170, 6), '#f4f1ea', -15, 30, box(-5, -180, 10, 130, 4, ink)) +
            solid(slab(-16, -236, 32, 44, 8), ink, -16, 32) +
            box(10, -230, 6, 60, 3, darker(ink)) +
            path('M-15-38h30L5-8h-10z', ink) +
            box(-2, -12, 4, 12, 2, '#8b8b8b'),
        ),
      )
      .join(''),
  'cedar-pencils': () =>
    [-3, -2, -1, 0, 1, 2, 3]
      .map((i) =>
        at(
          200 + i * 25,
          330 - (3 - Math.abs(i)) * 6,
          1,
          i * 2.5,
          path('M-12-190 0-238 12-190z', '#e6c79c') +
            path('M-4-222 0-238 4-222z', '#3a3a3d') +
            solid(
              'M-12-190q6 8 12 0 6 8 12 0V0h-24z',
              i % 2 ? '#8f3b2f' : '#a5483a',
              -12,
              24,
              box(-12, -22, 24, 10, 0, BRASS) + box(-2, -150, 4, 60, 2, '#f0d9a8'),
            ),
        ),
      )
      .join('') +
    box(88, 236, 224, 30, 6, '#f0e3cc') +
    box(170, 246, 60, 8, 4, '#8f3b2f'),
  'mechanical-pencil': () =>
    pen(
      -40,
      solid(slab(-14, -138, 28, 150, 8), '#c3c8ca', -14, 28) +
        solid(
          slab(-15, 10, 30, 96, 6),
          '#8d9497',
          -15,
          30,
          times(9, (r) => times(4, (c) => path(`M${-18 + c * 10} ${16 + r * 10}l5-5 5 5-5 5z`, '#6d7477'))),
        ) +
        path('M-15 104h30L5 140H-5z', '#aeb4b6') +
        box(-2, 138, 4, 26, 2, '#6d7477') +
        box(-1, 160, 2, 12, 1, '#2d2b2a') +
        box(-9, -162, 18, 28, 6, '#e9ecec') +
        box(10, -126, 7, 88, 3.5, '#7d8588') +
        box(-14, -8, 28, 7, 0, VERMILION),
    ),
};
