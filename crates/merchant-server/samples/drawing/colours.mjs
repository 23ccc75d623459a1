// Colours of materials that several shelves have.

export const GLASS = '#dfe9ea';
export const COFFEE = '#5b3420';
export const WASHI = '#fbf6ea';
export const BRASS = '#cfa24a';
export const VERMILION = '#c8402e';
