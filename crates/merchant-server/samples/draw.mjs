// Draws the pictures of the sample catalogues. In: the two catalogues, and for each of their categories
// the drawings in `drawing/{shop}/{category}.mjs`. Out: `images/{product}.svg`, one a product. Deterministic:
// run it again after changing a drawing.
//
//     node draw.mjs

import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

import { picture } from './drawing/canvas.mjs';
import { SHELVES } from './drawing/shelves.mjs';

const here = (path) => new URL(path, import.meta.url);
const SHOPS = { 'coffee-shop': 'amihan-coffee-php.json', 'paper-shop': 'kawabata-paper-jpy.json' };

const images = new Set();
for (const [shop, file] of Object.entries(SHOPS)) {
  const catalogue = JSON.parse(readFileSync(here(file), 'utf8'));
  for (const category of catalogue.categories) {
    const { default: drawings } = await import(here(`drawing/${shop}/${category.id}.mjs`));
    for (const { id, image } of catalogue.products.filter(({ categoryId }) => categoryId === category.id)) {
      if (!drawings[id])
        throw new Error(`${id} has no drawing; add it to drawing/${shop}/${category.id}.mjs`);
      writeFileSync(here(`images/${image}`), picture(SHELVES[shop][category.id], drawings[id]));
      images.add(image);
    }
  }
}
for (const file of readdirSync(here('images/'))) {
  if (!images.has(file)) rmSync(here(`images/${file}`));
}
console.log(`${images.size} pictures`);
