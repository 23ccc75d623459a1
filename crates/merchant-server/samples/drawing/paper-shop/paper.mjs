// The drawings of notebooks and paper: product id -> drawing.

import { at, box, darker, disc, inside, line, path, slab, solid, times } from '../canvas.mjs';
import { VERMILION, WASHI } from '../colours.mjs';
import * as sign from '../emblems.mjs';
import { asanoha, seigaiha } from '../patterns.mjs';

const INDIGO = '#2c4470';

/** A book that stands, a little turned, its pages on the right. */
const book = ({ cover, decor = '', ribbon, width = 176, height = 232 }) =>
  at(
    200,
    330,
    1,
    -5,
    box(-width / 2 + 8, -height + 6, width, height - 6, 6, WASHI) +
      times(4, (i) => box(width / 2 + i * 2, -height + 10, 1, height - 16, 0, '#d8cdb6')) +
      (ribbon ? box(24, -20, 10, 46, 2, ribbon) : '') +
      solid(slab(-width / 2, -height, width, height, 8), cover, -width / 2, width, decor) +
      box(-width / 2, -height, 18, height, 6, darker(cover, 0.25), 0.5),
  );

export default {
  'pocket-notebook': () =>
    book({
      cover: '#3f6b73',
      width: 160,
      height: 220,
      decor:
        box(-44, -176, 88, 54, 4, WASHI) +
        box(-28, -160, 56, 6, 3, '#3f6b73') +
        box(-28, -146, 36, 6, 3, '#3f6b73'),
    }) + at(200, 330, 1, -5, box(52, -222, 8, 224, 0, '#e8704f')),
  'cloth-notebook': () =>
    book({
      cover: INDIGO,
      ribbon: VERMILION,
      decor:
        asanoha(-88, -232, 180, 236, INDIGO, '#5f7aae') +
        box(-30, -190, 60, 92, 3, WASHI) +
        times(3, (i) => box(-4, -176 + i * 24, 8, 16, 3, INDIGO)),
    }),
  'week-planner': () =>
    path(
      'M200 128C160 100 100 100 52 114V312C100 298 160 298 200 326C240 298 300 298 348 312V114C300 100 240 100 200 128Z',
      '#8a6a4a',
    ) +
    path('M200 132C160 106 104 106 60 118V302C104 290 160 290 200 318Z', WASHI) +
    path('M200 132C240 106 296 106 340 118V302C296 290 240 290 200 318Z', '#f3ead8') +
    times(6, (i) =>
      line(`M74 ${146 + i * 25}q60-12 112 10`, i === 2 ? VERMILION : '#cbbfa8', i === 2 ? 5 : 3),
    ) +
    times(6, (i) => line(`M214 ${156 + i * 25}q56-22 112-10`, '#d9cfba', 2)) +
    times(5, (i) => line(`M${228 + i * 22} ${142 - i * 3}v150`, '#d9cfba', 2)) +
    line('M200 132V318', '#cbbfa8', 3) +
    path('M236 104h18v44l-9-8-9 8z', VERMILION),
  'accordion-book': () =>
    times(6, (i) =>
      path(
        `M${92 + i * 36} ${i % 2 ? 130 : 150}l36 ${i % 2 ? 20 : -20}v180l-36 ${i % 2 ? -20 : 20}z`,
        i % 2 ? '#e9dfc9' : WASHI,
      ),
    ) +
    at(200, 226, 1, 0, line('M-92 24C-60-18-30 40 4 0S70-20 96 12', '#9fb0bd', 5)) +
    disc(258, 196, 15, VERMILION) +
    inside('M60 142l38-22v214l-38 22z', seigaiha(56, 116, 50, 250, '#7d2f3c', '#d9a14f', 26)) +
    path('M60 142l38-22v214l-38 22z', '#000', 0.08) +
    inside('M306 130l36 22v192l-36-22z', seigaiha(300, 120, 50, 240, '#7d2f3c', '#d9a14f', 26)),
  'letter-set': () =>
    at(
      220,
      190,
      1,
      7,
      solid(
        slab(-82, -108, 164, 220, 4),
        WASHI,
        -82,
        164,
        times(8, (i) => box(-62, -84 + i * 24, 124, 2, 1, '#d9c9b4')) +
          at(50, 78, 0.5, 0, sign.plum('#e79aa4', '#f6dc9a')),
      ),
    ) +
    at(
      176,
      262,
      1,
      -5,
      solid(
        slab(-112, -66, 224, 134, 6),
        '#f2d6d3',
        -112,
        224,
        path('M-112-66 0 18 112-66z', '#e9c0bd') + line('M-112-66 0 18 112-66', '#d9a5a3', 3),
      ) +
        disc(0, 16, 20, VERMILION) +
        at(0, 16, 0.3, 0, sign.plum('#f6e3d8', VERMILION)),
    ),
  'kyoto-postcards': () =>
    at(
      160,
      200,
      1,
      -13,
      solid(
        slab(-92, -66, 184, 132, 4),
        WASHI,
        -92,
        184,
        box(-82, -56, 164, 112, 0, '#e8b36a') +
          disc(30, -16, 26, VERMILION) +
          path('M-82 56V10l40-24 34 26 40-20 50 40v24z', '#7d4a3a'),
      ),
    ) +
    at(
      240,
      214,
      1,
      9,
      solid(
        slab(-92, -66, 184, 132, 4),
        WASHI,
        -92,
        184,
        box(-82, -56, 164, 112, 0, '#a8cbd3') +
          path('M-82 56V20q40-20 82 0t82 0v36z', '#3f6f8f') +
          line('M-60 10h120M-44 10v36M44 10v36M-70-6h140', VERMILION, 9),
      ),
    ) +
    at(
      196,
      284,
      1,
      -2,
      solid(
        slab(-96, -68, 192, 136, 4),
        WASHI,
        -96,
        192,
        box(-86, -58, 172, 116, 0, '#cfe0c4') +
          path(
            'M-34 58V34h68v24zM-48 34h96l-12-14h-72zM-26 20V2h52v18zM-42 2h84l-12-14h-60zM-18-12v-14h36v14zM-32-26h64L0-48z',
            '#4a3b35',
          ) +
          box(-86, 44, 172, 14, 0, '#86a86a'),
      ),
    ),
  'washi-sketchbook': () =>
    book({
      cover: '#e7dcc6',
      width: 196,
      height: 226,
      decor:
        line('M-30-40C-20-90 10-100 34-84S60-40 26-36-20-60 6-96', '#2d2b2a', 9, 0.85) +
        path('M-60-150c30-20 90-24 130-4-40 4-90 8-130 4z', '#2d2b2a', 0.75) +
        disc(56, -176, 10, VERMILION),
    }) +
    at(
      200,
      330,
      1,
      -5,
      times(5, (i) => line(`M-98 ${-206 + i * 44}h22v22`, VERMILION, 4)),
    ),
  'memo-block': () =>
    times(10, (i) =>
      solid(
        `M${92 + i} ${304 - i * 19}h${216 - i * 2}v26h-${216 - i * 2}z`,
        [
          '#2f3f6b',
          '#3d4a80',
          '#57589a',
          '#7b67a8',
          '#a477a8',
          '#c98a9e',
          '#e3a08f',
          '#efb98a',
          '#f5d296',
          '#fbe8b4',
        ][i],
        92,
        216,
      ),
    ) +
    path('M101 134h198l-24-32H130z', '#fffaf0') +
    line('M150 122q26-12 50 0t44-2', '#8b93a6', 4),
};
