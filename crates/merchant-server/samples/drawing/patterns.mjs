// Japanese patterns to fill a cloth, a book cover, a tin. In: the field's left, top, width and height, and
// colours. Out: markup that covers the field; clip it with `inside` or `solid`.

import { at, box, disc, line, tiled, times } from './canvas.mjs';

/** Seigaiha: the blue sea. Each scale hides the lower part of the two above it. */
export function seigaiha(x, y, w, h, ground, ink, size = 30) {
  const scale = (cx, cy) =>
    [size / 2, size / 3.4, size / 9]
      .map((r, i) => disc(cx, cy, r, ink) + (i < 2 ? disc(cx, cy, r - 3, ground) : ''))
      .join('');
  const row = (cy, shift) => times(3, (i) => scale((i - shift) * size, cy));
  return tiled(
    x,
    y,
    w,
    h,
    size,
    size,
    times(4, (i) => row((i - 1) * (size / 2) + size / 4, i % 2 ? 0.5 : 0)),
  );
}

/** Asanoha: hemp leaves. */
export function asanoha(x, y, w, h, ground, ink, size = 44) {
  const rise = size * 0.87;
  const star = (cx, cy) =>
    at(
      cx,
      cy,
      1,
      0,
      times(
        6,
        (i) => `<g transform="rotate(${i * 60})">${line(`M0 0V-${(size * 0.58).toFixed(1)}`, ink, 2)}</g>`,
      ),
    );
  const stars = [
    [0, 0],
    [size, 0],
    [size / 2, rise],
    [-size / 2, rise],
    [size * 1.5, rise],
    [0, rise * 2],
    [size, rise * 2],
  ];
  return tiled(
    x,
    y,
    w,
    h,
    size,
    rise * 2,
    box(0, 0, size, rise * 2, 0, ground) +
      stars.map(([cx, cy]) => star(cx, cy)).join('') +
      line(`M0 0H${size}M0 ${rise}H${size}M0 0L${size} ${rise * 2}M${size} 0L0 ${rise * 2}`, ink, 1.5),
  );
}

/** Ichimatsu: a chequer. */
export const ichimatsu = (x, y, w, h, ground, ink, size = 20) =>
  tiled(
    x,
    y,
    w,
    h,
    size * 2,
    size * 2,
    box(0, 0, size * 2, size * 2, 0, ground) +
      box(size, 0, size, size, 0, ink) +
      box(0, size, size, size, 0, ink),
  );

/** A sign strewn over a field, upright and aslant by turns; `step` leaves room around it. */
export const strewn = (x, y, w, h, ground, step, sign) =>
  tiled(
    x,
    y,
    w,
    h,
    step,
    step * 1.4,
    box(0, 0, step, step * 1.4, 0, ground) +
      at(step / 2, step * 0.35, 1, 0, sign) +
      [0, step].map((cx) => at(cx, step * 1.05, 1, 24, sign)).join(''),
  );
