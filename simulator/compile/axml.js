/**
 * AXML, ACSS and SJS by Alipay's own front end (`@miniu/appx-compiler`), as a library.
 * In: source text and where it lies. Out: JavaScript (a React render function, a style sheet, a module) or problems.
 */
import { createRequire } from 'node:module';
import { problemAt, problemOf } from './problems.js';

const require = createRequire(import.meta.url);
const TemplateTransformer = require('@miniu/appx-compiler/lib/TemplateTransformer');
const StyleTransformer = require('@miniu/appx-compiler/lib/StyleTransformer');
const transpileSjs = require('@miniu/appx-compiler/lib/sjsTranspiler');

/** Module that compiled templates import their components and style sheets from. */
export const VIEW_MODULE = 'simulator:view';

/** @typedef {{root: string, path: string, file: string}} Source where a source lies: package root, absolute path, path inside the package */

/**
 * Compiles a template.
 * @param {string} text
 * @param {Source & {usingComponents: Record<string, string>}} source
 * @returns {{code: string} | {problem: import('./problems.js').Problem}}
 */
export function compileAxml(text, source) {
  const config = {
    templateNamespace: 'a', // else a:if and a:for are ignored
    strictDataMember: false, // {{a.b}} with an absent `a` is empty, as on the platform
    component2: true,
    pure: true,
    moduleName: VIEW_MODULE,
    projectRoot: source.root,
    renderPath: source.path,
    usingComponents: source.usingComponents,
  };
  /** @type {any} */
  let result;
  try {
    new TemplateTransformer(text, config).transform((error, code) => {
      result = error ? { problem: axmlProblem(error, text, source.file) } : { code };
    });
  } catch (error) {
    result = { problem: axmlProblem(error, text, source.file) };
  }
  return result;
}

function axmlProblem(error, text, file) {
  // The compiler's message carries its own code frame after " : \n"; position and line are printed by us.
  const message = String(error.message).split(/\s*:\s*\n/)[0];
  const cause = error.originalError ? `; ${error.originalError.message}` : '';
  if (typeof error.startIndex !== 'number') return problemOf('axml-syntax', message, file);
  return problemAt('axml-syntax', message + cause, file, text, error.startIndex);
}

/**
 * Compiles a style sheet; `rpx` becomes hundredths of `rem`, tag selectors become `.a-tag`.
 * @param {string} text
 * @param {Source} source
 */
export function compileAcss(text, source) {
  try {
    const transformer = new StyleTransformer(rewriteUrls(text, source.file), {
      stylePath: source.path,
      src: source.root,
      source: source.file,
      moduleName: VIEW_MODULE,
      injectStyle: true,
    });
    return { code: transformer.getCode() };
  } catch (error) {
    const message = String(error.reason || error.message);
    if (!error.line) return { problem: problemOf('acss-syntax', message, source.file) };
    const lineText = text.split('\n')[error.line - 1] || '';
    return {
      problem: {
        code: 'acss-syntax',
        message,
        file: source.file,
        line: error.line,
        column: error.column || 1,
        lineText,
      },
    };
  }
}

/** Package paths in url() point into the package that the simulator serves. */
function rewriteUrls(text, file) {
  return text.replace(/url\(\s*(['"]?)([^'")]+)\1\s*\)/g, (whole, quote, url) => {
    if (/^(data:|https?:|#|\/\/)/.test(url.trim())) return whole;
    const absolute = new URL(url.trim(), `http://package/${file}`).pathname;
    return `url(${quote}/_platform/package${absolute}${quote})`;
  });
}

/**
 * Compiles an SJS module.
 * @param {string} text
 * @param {Source} source
 */
export function compileSjs(text, source) {
  try {
    return { code: transpileSjs(text, { renderPath: source.path, projectRoot: source.root }) };
  } catch (error) {
    const message = String(error.message).split('\n')[0];
    if (typeof error.pos !== 'number') return { problem: problemOf('sjs-syntax', message, source.file) };
    return { problem: problemAt('sjs-syntax', message, source.file, text, error.pos) };
  }
}
