// Writes a catalogue's CSV twin, so that `merchant-server catalog import` has a real example of both
// formats. In: the path of a catalogue in JSON. Out: the same path ending in .csv. The shop's name,
// tagline and currency have no place in CSV; they are given to the import as flags. What is taken off and added to
// prices has none either: the import keeps what the shop has.
//
//     node to-csv.mjs kawabata-paper-jpy.json

import { readFileSync, writeFileSync } from 'node:fs';

const COLUMNS = [
  'category_id',
  'category_name',
  'product_id',
  'product_name',
  'description',
  'image',
  'sku',
  'variant_name',
  'price',
  'on_hand',
  'max_per_order',
  'tax_class',
];

const field = (value) => {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const [path] = process.argv.slice(2);
if (!path || !path.endsWith('.json')) {
  console.error('Give the path of a catalogue in JSON: node to-csv.mjs kawabata-paper-jpy.json');
  process.exit(2);
}

const catalogue = JSON.parse(readFileSync(path, 'utf8'));
const categoryName = new Map(catalogue.categories.map(({ id, name }) => [id, name]));
const rows = catalogue.products.flatMap((product) =>
  product.variants.map((variant) => [
    product.categoryId,
    categoryName.get(product.categoryId),
    product.id,
    product.name,
    product.description,
    product.image,
    variant.sku,
    variant.name,
    variant.price,
    variant.onHand,
    variant.maxPerOrder,
    product.taxClass || 'standard',
  ]),
);
writeFileSync(
  path.replace(/json$/, 'csv'),
  [COLUMNS, ...rows].map((row) => `${row.map(field).join(',')}\n`).join(''),
);
