// The pencil: shapes as SVG text. In: numbers and colours. Out: markup for a 400 x 400 picture whose
// light comes from the upper left and whose ground is at y = 330.

let names = 0;

const INK = '#2b1d12';

/** Blends two #rrggbb colours; `share` is how much of the second. */
export function mix(first, second, share) {
  const channel = (colour, at) => parseInt(colour.slice(at, at + 2), 16);
  return `#${[1, 3, 5]
    .map((at) => Math.round(channel(first, at) * (1 - share) + channel(second, at) * share))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}
export const darker = (colour, share = 0.18) => mix(colour, INK, share);
export const lighter = (colour, share = 0.3) => mix(colour, '#ffffff', share);

const opacity = (value) => (value === undefined ? '' : ` opacity="${value}"`);

export const path = (d, fill, see) => `<path d="${d}" fill="${fill}"${opacity(see)}/>`;
export const line = (d, stroke, width, see) =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"${opacity(see)}/>`;
export const box = (x, y, width, height, radius, fill, see) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}"${opacity(see)}/>`;
export const disc = (x, y, radius, fill, see) =>
  `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"${opacity(see)}/>`;
export const oval = (x, y, rx, ry, fill, see) =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}"${opacity(see)}/>`;
export const at = (x, y, scale, turn, inner) =>
  `<g transform="translate(${x} ${y})${turn ? ` rotate(${turn})` : ''}${scale === 1 ? '' : ` scale(${scale})`}">${inner}</g>`;
export const times = (count, draw) => Array.from({ length: count }, (_, index) => draw(index)).join('');

/** `inner`, only where the shape `d` is. */
export function inside(d, inner) {
  names += 1;
  return `<clipPath id="n${names}"><path d="${d}"/></clipPath><g clip-path="url(#n${names})">${inner}</g>`;
}

/** A field filled with copies of `inner`, which is drawn from (0, 0) to (stepX, stepY). */
export function tiled(x, y, width, height, stepX, stepY, inner) {
  names += 1;
  return `<pattern id="n${names}" x="${x}" y="${y}" width="${stepX}" height="${stepY}" patternUnits="userSpaceOnUse">${inner}</pattern>${box(x, y, width, height, 0, `url(#n${names})`)}`;
}

/** `inner` drawn once and shown at each of the places `[x, y, turn]`. */
export function copies(inner, places) {
  names += 1;
  const uses = places
    .map(([x, y, turn]) => `<use href="#n${names}" transform="translate(${x} ${y}) rotate(${turn})"/>`)
    .join('');
  return `<defs><g id="n${names}">${inner}</g></defs>${uses}`;
}

/** A shape with body: `decor` on it, shade on its right, light on its left. `x` and `width` say where it stands. */
export function solid(d, fill, x, width, decor = '') {
  const shade = box(x + width * 0.7, -400, width * 0.4, 1200, 0, INK, 0.12);
  const light = box(x + width * 0.09, -400, width * 0.07, 1200, 0, '#ffffff', 0.24);
  return path(d, fill) + inside(d, decor + shade + light);
}

/** The outline of a rectangle with corners of radius `r`, as a path. */
export const slab = (x, y, w, h, r) =>
  `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1-${r} ${r}h${2 * r - w}a${r} ${r} 0 0 1-${r}-${r}v${2 * r - h}a${r} ${r} 0 0 1 ${r}-${r}z`;

/** A body whose width changes from top to bottom, as a path: a cup, a bottle's foot. */
export const taper = (x, top, topWidth, bottom, bottomWidth, r = 14) => {
  const [a, b] = [topWidth / 2, bottomWidth / 2];
  return `M${x - a} ${top}H${x + a}L${x + b} ${bottom - r}Q${x + b} ${bottom} ${x + b - r} ${bottom}H${x - b + r}Q${x - b} ${bottom} ${x - b} ${bottom - r}Z`;
};

export const steam = (x, y, colour = '#ffffff', see = 0.75) =>
  times(3, (i) => line(`M${x - 26 + i * 26} ${y}c-12-14 12-22 0-38`, colour, 6, see));

/** The whole picture: the shelf's colours, the shadow on the ground, and what stands there. */
export function picture({ paper, halo }, content) {
  names = 0;
  const drawn =
    box(0, 0, 400, 400, 0, paper) +
    disc(200, 196, 152, halo) +
    oval(200, 332, 128, 13, INK, 0.13) +
    content();
  const short = drawn.replace(/\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">${short}</svg>\n`;
}
