/**
 * Style sheets as compiled ACSS makes them. Each page has its own set; only the visible page's set is in force,
 * so styles of one page never reach another.
 */

/** The class that compiled ACSS constructs. */
export class StyleSheet {
  constructor({ stylePath }) {
    this.stylePath = stylePath;
    this.imported = [];
    this.css = '';
  }

  imports(...sheets) {
    this.imported.push(...sheets);
  }

  exports(css) {
    this.css = css;
    return this;
  }
}

const built = new Map();
let shown = [];
let dark = false;

/** The phone has its own light or dark, which the frame's media queries don't know of. */
function forTheme(css) {
  return css.replace(/\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/g, (_, wanted) =>
    (wanted === 'dark') === dark ? '(min-width: 0px)' : '(max-width: -1px)',
  );
}

function build(sheet) {
  if (!built.has(sheet)) {
    const constructed = new CSSStyleSheet();
    constructed.replaceSync(forTheme(sheet.css));
    built.set(sheet, constructed);
  }
  return built.get(sheet);
}

function flatten(sheets, into = []) {
  for (const sheet of sheets) {
    flatten(sheet.imported, into);
    if (!into.includes(sheet)) into.push(sheet);
  }
  return into;
}

/** @param {StyleSheet[]} sheets */
export function showStyles(sheets) {
  shown = sheets;
  document.adoptedStyleSheets = flatten(sheets).map(build);
}

/** @param {boolean} value is the phone set to dark? */
export function setDark(value) {
  if (value === dark) return;
  dark = value;
  built.clear();
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  showStyles(shown);
}

/** Reads an inline style as AXML has it, a text, into what React takes; `rpx` as everywhere. */
export function parseStyle(style) {
  if (style === undefined || style === null || style === '') return undefined;
  if (typeof style === 'object') return style;
  const result = {};
  for (const declaration of splitDeclarations(String(style))) {
    const at = declaration.indexOf(':');
    if (at < 1) continue;
    const name = declaration.slice(0, at).trim();
    const value = declaration
      .slice(at + 1)
      .trim()
      .replace(/\b(\d*\.?\d+)rpx\b/g, (_, number) => `${Number(number) / 100}rem`);
    result[name.startsWith('--') ? name : name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase())] = value;
  }
  return result;
}

function splitDeclarations(text) {
  const parts = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i += 1) {
    if (text[i] === '(') depth += 1;
    else if (text[i] === ')') depth -= 1;
    else if (i === text.length || (text[i] === ';' && depth === 0)) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return parts;
}
