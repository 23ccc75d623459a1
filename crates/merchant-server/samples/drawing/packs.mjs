// What things are sold in: bags, tins, pouches, jars, bottles, cartons. In: colours and a drawing for
// the label, around (0, 0). Out: markup standing on the ground, in the middle unless told otherwise.

import {
  at,
  box,
  darker,
  disc,
  inside,
  lighter,
  line,
  mix,
  oval,
  path,
  slab,
  solid,
  taper,
  times,
} from './canvas.mjs';
import { bean } from './emblems.mjs';

export const beans = (x, y, colour) =>
  at(x, y, 0.7, 10, bean(colour, darker(colour, 0.5))) +
  at(x + 30, y + 6, 0.6, 80, bean(darker(colour, 0.12), darker(colour, 0.5)));

const writing = (colour, y, widths) =>
  widths.map((width, i) => box(200 - width / 2, y + i * 15, width, 6, 3, colour, 0.75)).join('');

const LABELS = {
  arch: (c) => path('M138 300V216a62 62 0 0 1 124 0v84z', c),
  round: (c) => disc(200, 226, 66, c),
  band: (c) => box(90, 176, 220, 112, 0, c),
  plate: (c) => box(138, 166, 124, 134, 10, c),
};

/** A bag of coffee with its top folded and tied. */
export function bag({ paper, label, text, shape = 'arch', sign, second }) {
  const body = 'M112 112H288L298 316Q299 330 285 330H115Q101 330 102 316Z';
  const front =
    LABELS[shape](label) +
    at(200, shape === 'band' ? 220 : 216, 0.9, 0, sign) +
    writing(text, shape === 'band' ? 266 : 268, [64, 40].slice(0, shape === 'band' ? 1 : 2));
  return (
    path('M112 112 120 76H280L288 112Z', darker(paper, 0.16)) +
    solid(body, paper, 102, 196, front + path('M102 112H298V122H102Z', darker(paper, 0.3), 0.35)) +
    box(104, 96, 192, 15, 7, second || darker(paper, 0.42)) +
    disc(252, 144, 6, darker(paper, 0.3)) +
    disc(252, 144, 2.5, darker(paper, 0.55))
  );
}

/** A standing pouch with a sealed top, and a window where one can see in. */
export function pouch({ paper, label, text, sign, inner, strip, notch }) {
  const body =
    'M116 84H284C282 150 290 250 296 314Q297 330 282 330H118Q103 330 104 314C110 250 118 150 116 84Z';
  const window = inner
    ? inside(
        'M150 262a50 44 0 0 1 100 0v30a16 16 0 0 1-16 16h-68a16 16 0 0 1-16-16z',
        box(140, 210, 120, 110, 0, lighter(inner, 0.1)) +
          times(30, (i) =>
            disc(
              150 + (i % 6) * 20 + (Math.floor(i / 6) % 2) * 10,
              240 + Math.floor(i / 6) * 17,
              10,
              [inner, darker(inner, 0.22), lighter(inner, 0.16)][(i * 7) % 3],
            ),
          ),
      )
    : '';
  const face = strip
    ? box(164, 84, 72, 250, 0, label) +
      at(200, 160, 0.72, 0, sign) +
      times(4, (i) => box(193 - (i % 2) * 7, 212 + i * 18, 14 + (i % 2) * 14, 9, 3, text, 0.8))
    : disc(200, 172, inner ? 50 : 62, label) +
      at(200, 170, inner ? 0.8 : 0.98, 0, sign) +
      (inner ? '' : writing(text, 258, [84, 52]));
  return (
    solid(body, paper, 104, 192, face + window + box(100, 84, 200, 18, 0, darker(paper, 0.14))) +
    (notch ? disc(200, 96, 8, darker(paper, 0.35)) : line('M124 110H276', darker(paper, 0.25), 3, 0.6))
  );
}

/** A round tin seen from the side, with its lid on. */
export function tin({ body, lid, label, text, sign, x = 200, top = 128, width = 168, pattern = '' }) {
  const left = x - width / 2;
  const middle = (top + 330) / 2 + 8;
  const face =
    pattern +
    (label ? box(left - 4, middle - 62, width + 8, 118, 0, label) : '') +
    at(x, middle - (text ? 12 : 4), Math.min(0.95, width / 160), 0, sign || '') +
    (text ? box(x - 30, middle + 36, 60, 6, 3, text, 0.8) : '');
  return (
    solid(
      slab(left, top, width, 330 - top, 12),
      body,
      left,
      width,
      face + box(left, top + 26, width, 6, 0, darker(body, 0.4), 0.35),
    ) + solid(slab(left - 4, top - 24, width + 8, 52, 12), lid, left - 4, width + 8)
  );
}

/** A jar with a lid: what is in it shows. */
export function jar({ fill, lid, label, text, sign, cloth, level = 150 }) {
  const glass = slab(116, 124, 168, 206, 34);
  const tag =
    path('M140 196h120v92H140z', label) + at(200, 234, 0.72, 0, sign) + box(176, 272, 48, 5, 2.5, text, 0.8);
  const top = cloth
    ? path(
        'M122 112c-14 20-20 34-16 48 14 8 24-4 36 2s20 8 30 0 18-4 28 0 20 8 30 0 24 6 36-2c6-14-6-28-14-48z',
        lid,
      ) +
      times(9, (i) => disc(124 + i * 19, 140 + (i % 2) * 8, 4, lighter(lid, 0.6))) +
      oval(200, 110, 80, 16, lighter(lid, 0.16)) +
      line('M120 118c50 12 110 12 160 0', darker(lid, 0.4), 6)
    : solid(
        slab(124, 88, 152, 44, 10),
        lid,
        124,
        152,
        times(11, (i) => box(132 + i * 13, 94, 4, 32, 2, darker(lid, 0.25), 0.4)),
      );
  return (
    path(glass, mix(fill, '#ffffff', 0.72)) +
    solid(
      glass,
      mix(fill, '#ffffff', 0.72),
      116,
      168,
      box(116, level, 168, 190, 0, fill) + oval(200, level, 84, 9, lighter(fill, 0.22)) + tag,
    ) +
    top
  );
}

/** A bottle with a neck. */
export function bottle({
  glass,
  cap,
  label,
  text,
  sign,
  x = 200,
  width = 112,
  top = 84,
  shoulder = 150,
  neck = 44,
}) {
  const [a, n] = [width / 2, neck / 2];
  const body = `M${x - n} ${top + 20}H${x + n}V${shoulder - 26}Q${x + n} ${shoulder - 8} ${x + a - 8} ${shoulder + 12}Q${x + a} ${shoulder + 20} ${x + a} ${shoulder + 34}V314Q${x + a} 330 ${x + a - 16} 330H${x - a + 16}Q${x - a} 330 ${x - a} 314V${shoulder + 34}Q${x - a} ${shoulder + 20} ${x - a + 8} ${shoulder + 12}Q${x - n} ${shoulder - 8} ${x - n} ${shoulder - 26}Z`;
  const y = (shoulder + 350) / 2;
  const tag =
    box(x - a, y - 52, width, 98, 0, label) +
    at(x, y - 12, width / 160, 0, sign) +
    box(x - 22, y + 24, 44, 6, 3, text, 0.8);
  return (
    solid(body, glass, x - a, width, tag) +
    solid(slab(x - n - 6, top - 8, neck + 12, 40, 6), cap, x - n - 6, neck + 12)
  );
}

/** A box seen from the front, a little from above. */
export function carton({ paper, label, text, sign, x = 200, width = 190, top = 150, depth = 26, face = '' }) {
  const left = x - width / 2;
  const middle = (top + 330) / 2;
  const front = `M${left} ${top}h${width}V324a6 6 0 0 1-6 6H${left + 6}a6 6 0 0 1-6-6z`;
  const panel = label
    ? box(left + 18, top + 22, width - 36, 330 - top - 44, 8, label) +
      at(x, middle - 10, 0.95, 0, sign || '') +
      (text ? box(x - 34, middle + 42, 68, 6, 3, text, 0.8) : '')
    : '';
  return (
    path(
      `M${left} ${top}l${depth * 0.8}-${depth}h${width - depth * 1.6}l${depth * 0.8} ${depth}z`,
      lighter(paper, 0.25),
    ) +
    solid(front, paper, left, width, panel + face) +
    box(left, top, width, 5, 0, darker(paper, 0.3), 0.3)
  );
}

/** A slim bar in paper and foil, leaning back. */
export const wrapped = ({ paper, band, foil, text, sign }) =>
  at(
    200,
    206,
    1,
    -9,
    box(-74, -128, 148, 256, 6, foil) +
      times(12, (i) => path(`M${-74 + i * 12.4} -128l6.200-9 6.200 9z`, foil)) +
      solid(
        slab(-78, -96, 156, 224, 5),
        paper,
        -78,
        156,
        box(-78, -18, 156, 74, 0, band) +
          at(0, -58, 0.62, 0, sign) +
          box(-40, 8, 80, 8, 4, text) +
          box(-26, 28, 52, 6, 3, text, 0.7),
      ),
  );

/** A body with straight sides and, if wanted, an ear on the right. */
export function cup({
  x = 200,
  top,
  topWidth,
  bottom = 330,
  bottomWidth,
  colour,
  decor = '',
  ear,
  inner,
  round = 24,
}) {
  const left = x - topWidth / 2;
  const handle = ear
    ? line(
        `M${x + topWidth / 2 - 8} ${top + ear * 0.28}c${ear * 0.7}-${ear * 0.16} ${ear * 0.72} ${ear * 0.86}-6 ${ear * 0.74}`,
        darker(colour, 0.08),
        ear * 0.19,
      )
    : '';
  return (
    handle +
    solid(taper(x, top, topWidth, bottom, bottomWidth, round), colour, left, topWidth, decor) +
    oval(x, top, topWidth / 2, topWidth * 0.09, lighter(colour, 0.35)) +
    oval(x, top + 1, topWidth / 2 - 8, topWidth * 0.07, inner || darker(colour, 0.35))
  );
}
