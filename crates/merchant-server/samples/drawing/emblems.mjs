// Small signs for labels and fabrics. In: a colour or two. Out: markup around (0, 0), about 80 wide;
// place it with `at`.

import { box, disc, line, oval, path, times } from './canvas.mjs';

const around = (count, draw) =>
  times(count, (i) => `<g transform="rotate(${(360 / count) * i})">${draw(i)}</g>`);

export const wind = (c) =>
  line('M-38-12h46c16 0 16-22 2-22-8 0-11 6-10 11M-38 6h62c16 0 18 24 2 24-8 0-11-6-10-11M-30 24h32', c, 8);
export const mountains = (c, sun) => disc(16, -22, 11, sun) + path('M-42 30-14-18 2 8 14-8 42 30z', c);
export const cherries = (c, leaf) =>
  line('M-16 14C-12-10 0-24 14-30M18 18C20-6 18-20 14-30', leaf, 5) +
  path('M14-30c14-10 28-4 30 6-14 6-26 4-30-6z', leaf) +
  disc(-18, 22, 17, c) +
  disc(18, 24, 17, c) +
  disc(-23, 17, 4, '#fff', 0.6) +
  disc(13, 19, 4, '#fff', 0.6);
export const comb = (c) =>
  [
    [0, 0],
    [-26, 0],
    [26, 0],
    [-13, -23],
    [13, -23],
    [-13, 23],
    [13, 23],
  ]
    .map(([x, y]) => path(`M${x} ${y - 13}l11 6.500v13l-11 6.500-11-6.500v-13z`, c))
    .join('');
export const sunrise = (c, ground) =>
  path('M-26 14a26 26 0 0 1 52 0z', c) +
  times(5, (i) => `<g transform="translate(0 14) rotate(${-70 + i * 35})">${box(-3, -46, 6, 13, 3, c)}</g>`) +
  box(-42, 18, 84, 7, 3.5, ground) +
  box(-28, 31, 56, 6, 3, ground, 0.6);
export const flame = (c, core) =>
  path(
    'M2-42c6 18 30 26 26 54C25 32 12 40 0 40S-26 32-28 12c-1-14 8-20 10-32 8 4 11 10 11 16 8-8 12-22 9-38z',
    c,
  ) + path('M2 2c4 10 13 12 11 24-1 8-6 12-13 12s-13-4-13-12c0-8 6-10 7-16 4 2 5 5 5 8 3-4 4-10 3-16z', core);
export const weave = (c, second) =>
  times(3, (r) =>
    times(4, (i) => path(`M${-45 + i * 24} ${-26 + r * 26}l10-11 10 11-10 11z`, (r + i) % 2 ? second : c)),
  );
export const moon = (c, star) =>
  disc(0, 0, 30, c) +
  disc(-9, -8, 6, star, 0.35) +
  disc(10, 6, 8, star, 0.35) +
  disc(-6, 15, 4, star, 0.35) +
  [
    [-38, -26],
    [36, -30],
    [38, 24],
  ]
    .map(([x, y]) => disc(x, y, 4, c))
    .join('');
export const crescent = (c) =>
  path('M10-34A34 34 0 1 0 34 18 28 28 0 0 1 10-34z', c) +
  path('M28-26l3 8 8 3-8 3-3 8-3-8-8-3 8-3z', c) +
  disc(38, 4, 3.5, c);
export const flower = (c, heart, petals = 5) =>
  around(petals, () => oval(0, -20, petals > 6 ? 8 : 13, 18, c)) + disc(0, 0, 10, heart);
export const plum = (c, heart) =>
  around(5, () => disc(0, -19, 16, c)) +
  disc(0, 0, 9, heart) +
  around(5, () => box(-1.5, -19, 3, 12, 1.5, heart));
export const citrus = (rind, flesh) =>
  disc(0, 0, 36, rind) + disc(0, 0, 31, '#fff8e4') + around(8, () => path('M0-3 8-26q-8-5-16 0z', flesh));
export const leaf = (c, vein) =>
  path('M0 40C-34 18-30-22 0-42 30-22 34 18 0 40z', c) +
  line('M0 38V-26M0 18l14-12M0 18l-14-12M0-2l11-10M0-2l-11-10', vein, 3);
export const sprig = (c) =>
  line('M0 42C2 10 0-10 4-38', c, 4) +
  [
    [-1, 20, -50],
    [1, 8, 50],
    [1, -8, -50],
    [2, -22, 50],
  ]
    .map(
      ([x, y, turn]) =>
        `<g transform="translate(${x} ${y}) rotate(${turn})">${path('M0 0c-9-10-9-22 0-32 9 10 9 22 0 32z', c)}</g>`,
    )
    .join('');
export const waves = (c) => times(3, (i) => line(`M-40 ${-18 + i * 18}q10-14 20 0t20 0 20 0 20 0`, c, 6));
export const mango = (c, blush, green) =>
  path('M-20-20C-2-40 36-22 34 8 32 34 2 42-18 28-38 14-38-6-20-20z', c) +
  path('M34 8C32 34 2 42-18 28 8 28 24 8 22-18 31-12 35-4 34 8z', blush, 0.7) +
  path('M-20-20c4-16 18-22 32-18-4 14-18 20-32 18z', green);
export const wheat = (c) =>
  line('M0 42V-20', c, 4) +
  times(4, (i) =>
    path(
      `M0 ${24 - i * 16}c-18-2-22-12-20-20 12 2 20 8 20 20zM0 ${24 - i * 16}c18-2 22-12 20-20-12 2-20 8-20 20z`,
      c,
    ),
  ) +
  path('M0-26c-8-8-6-16 0-20 6 4 8 12 0 20z', c);
export const maple = (c) =>
  path('M0-44 8-22 22-30 19-10 42-10 28 6 34 18 8 18 3 26V44h-6V26l-5-8-26 0 6-12-14-16 23 0-3-20 14 8z', c);
export const snow = (c) => around(6, () => line('M0 0V-36M0-22l-9-9M0-22l9-9', c, 5));
export const bamboo = (c, dark) =>
  [-24, 2, 26]
    .map((x, i) => box(x - 7, -44 + i * 6, 14, 84 - i * 6, 4, c) + box(x - 8, -14 + i * 12, 16, 4, 2, dark))
    .join('') + path('M4-20c14-14 26-14 34-10-8 10-20 14-34 10z', dark);
export const crane = (c, red) =>
  path('M-40 8C-20-8-6-4 6 4 14-14 30-26 44-26 36-14 30 2 20 14 8 28-12 28-22 20-28 14-34 10-40 8z', c) +
  line('M-22 14c-14-2-16-16-10-24', c, 6) +
  disc(-31, -14, 6, c) +
  disc(-30, -18, 3.5, red);
export const bean = (c, slit) =>
  `<g transform="rotate(-32)">${oval(0, 0, 17, 24, c)}${line('M0-21c10 12-10 28 0 42', slit, 4)}</g>`;
export const drop = (c) => path('M0-34c16 22 24 32 24 44a24 24 0 0 1-48 0c0-12 8-22 24-44z', c);
export const nut = (c, dark) =>
  path('M0-34c18 8 24 24 20 40C16 24 8 34 0 38-8 34-16 24-20 6-24-10-18-26 0-34z', c) +
  line('M-6-20c-4 14-4 30 2 44M7-18c4 12 4 28-1 40', dark, 3);
export const ginger = (c, dark) =>
  path(
    'M-36 12c-6-12 4-22 16-18 0-14 16-20 24-10 10-10 24-2 22 10 12 0 16 12 8 20-8 8-20 4-24 0-2 14-22 18-28 4-6 4-16 2-18-6z',
    c,
  ) + line('M-20-2c6 2 8 6 8 10M6-12c4 4 4 10 2 14', dark, 3);
export const dragonfly = (c, wing) =>
  [
    [-22, -8, -8],
    [22, -8, 8],
    [-20, 4, 10],
    [20, 4, -10],
  ]
    .map(
      ([x, y, turn]) =>
        `<g transform="translate(${x} ${y}) rotate(${turn})">${oval(0, 0, 22, 7, wing, 0.85)}</g>`,
    )
    .join('') +
  box(-3.5, -22, 7, 60, 3.5, c) +
  disc(0, -24, 7, c);
export const wisteria = (c, pale, green) =>
  times(5, (r) => times(5 - r, (i) => disc(-28 + r * 7 + i * 14, -18 + r * 14, 8, (r + i) % 2 ? pale : c))) +
  path('M-34-30c16-16 52-16 68 0-20 8-48 8-68 0z', green);
