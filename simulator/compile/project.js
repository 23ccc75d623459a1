/**
 * Reads a mini program's folder: app.json, the pages' and components' JSON, and which files belong to what.
 * In: the folder. Out: a `Project`, or problems that name the file.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { transformSync } from 'esbuild';
import { problemOf } from './problems.js';

/**
 * @typedef {object} Unit a page or a component
 * @property {'page'|'component'} kind
 * @property {string} path inside the package without extension, `pages/shop/shop`
 * @property {Record<string, any>} config its JSON
 * @property {Record<string, string>} usingComponents tag -> `/components/card/card`
 * @property {boolean} hasStyle
 */

/**
 * @typedef {object} Project
 * @property {string} root absolute folder
 * @property {Record<string, any>} app app.json
 * @property {Unit[]} pages in the order of app.json
 * @property {Unit[]} components
 * @property {boolean} hasAppScript
 * @property {boolean} hasAppStyle
 * @property {string[]} assetsInclude patterns of mini.project.json
 */

/**
 * @param {string} root
 * @returns {{project: Project | null, problems: import('./problems.js').Problem[]}}
 */
export function readProject(root) {
  const problems = [];
  const app = readJson(root, 'app.json', problems, true);
  if (!app) return { project: null, problems };
  if (!Array.isArray(app.pages) || app.pages.length === 0) {
    problems.push(
      problemOf(
        'app-json',
        '"pages" must list at least one page, the first one being where the program starts.',
        'app.json',
      ),
    );
    return { project: null, problems };
  }
  const isFile = (path) => existsSync(join(root, path)) && statSync(join(root, path)).isFile();
  const project = {
    root,
    app,
    pages: [],
    components: [],
    hasAppScript: isFile('app.js'),
    hasAppStyle: isFile('app.acss'),
    assetsInclude: readJson(root, 'mini.project.json', problems, false)?.assetsInclude || [],
  };
  const reader = { root, project, problems, isFile, seen: new Map() };
  for (const page of app.pages) {
    const unit = readUnit(reader, 'page', String(page).replace(/^\//, ''), 'app.json');
    if (unit) project.pages.push(unit);
  }
  checkTabBar(app, problems);
  return { project, problems };
}

function readUnit(reader, kind, path, namedBy) {
  const { root, problems, isFile } = reader;
  for (const extension of ['.axml', '.js']) {
    if (!isFile(path + extension)) {
      problems.push(
        problemOf(
          'missing-file',
          `the ${kind} "${path}" has no file ${path}${extension}; ${namedBy} names it.`,
          namedBy,
        ),
      );
      return null;
    }
  }
  const config = readJson(root, `${path}.json`, problems, false) || {};
  if (kind === 'component' && config.component !== true) {
    problems.push(
      problemOf(
        'component-json',
        `write "component": true into ${path}.json; ${namedBy} uses it as a component.`,
        `${path}.json`,
      ),
    );
  }
  const unit = { kind, path, config, usingComponents: {}, hasStyle: isFile(`${path}.acss`) };
  if (kind === 'component') {
    reader.seen.set(path, unit);
    reader.project.components.push(unit);
  }
  const using = { ...(reader.project.app.usingComponents || {}), ...(config.usingComponents || {}) };
  for (const [tag, target] of Object.entries(using)) {
    const component = resolveComponent(String(target), path);
    if (!component) {
      problems.push(
        problemOf(
          'using-components',
          `"${tag}": "${target}" must be a path of the package, absolute or starting with "./" or "../".`,
          `${path}.json`,
        ),
      );
      continue;
    }
    unit.usingComponents[tag] = `/${component}`;
    if (!reader.seen.has(component)) readUnit(reader, 'component', component, `${path}.json`);
  }
  return unit;
}

function resolveComponent(target, from) {
  if (target.startsWith('/')) return posix.normalize(target).slice(1);
  if (!/^\.\.?\//.test(target)) return null;
  const joined = posix.join(posix.dirname(from), target);
  return joined.startsWith('..') ? null : joined;
}

function checkTabBar(app, problems) {
  if (!app.tabBar) return;
  for (const item of app.tabBar.items || []) {
    if (!app.pages.includes(item.pagePath)) {
      problems.push(
        problemOf('tab-bar', `the tab "${item.name}" opens "${item.pagePath}", which is not in "pages".`, 'app.json'),
      );
    }
  }
}

function readJson(root, file, problems, required) {
  const path = join(root, file);
  if (!existsSync(path)) {
    if (required)
      problems.push(problemOf('missing-file', `there is no ${file} in ${root}; is it a mini program's folder?`, file));
    return null;
  }
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    problems.push(jsonProblem(text, file, error));
    return null;
  }
}

/** JSON.parse does not always say where; esbuild does. */
function jsonProblem(text, file, cause) {
  try {
    transformSync(text, { loader: 'json', logLevel: 'silent' });
  } catch (error) {
    const [{ text: message, location }] = error.errors;
    return {
      code: 'json',
      message: `not valid JSON: ${message}`,
      file,
      line: location.line,
      column: location.column + 1,
      lineText: location.lineText,
    };
  }
  return problemOf('json', `not valid JSON: ${cause.message}`, file);
}

/** Styles of a page: the app's, its components', its own, as the platform's compiler orders them. */
export function stylesOf(project, page) {
  const styles = project.hasAppStyle ? ['app.acss'] : [];
  const seen = new Set();
  const visit = (unit) => {
    for (const target of Object.values(unit.usingComponents)) {
      const component = project.components.find(({ path }) => `/${path}` === target);
      if (!component || seen.has(component.path)) continue;
      seen.add(component.path);
      visit(component);
      if (component.hasStyle) styles.push(`${component.path}.acss`);
    }
  };
  visit(page);
  return page.hasStyle ? [...styles, `${page.path}.acss`] : styles;
}
