/**
 * Bundles a mini program: its logic for the Worker, its templates and styles for the view, with esbuild.
 * In: a `Project`. Out: two scripts with source maps and the manifest, or problems.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { VIEW_MODULE, compileAcss, compileAxml, compileSjs } from './axml.js';
import { checkEs2018 } from './es2018.js';
import { lintAxml } from './lint.js';
import { fromMessage, problemOf, toMessage } from './problems.js';
import { readProject, stylesOf } from './project.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const SIMULATOR = resolve(HERE, '..');
const SJS_RUNTIME = '@miniu/appx-compiler/lib/sjsEnvInit';
const require = createRequire(import.meta.url);

/**
 * @typedef {object} Compiled
 * @property {string} logic script of the Worker
 * @property {string} view script of the view
 * @property {object} manifest what the simulator must know about the program
 * @property {string[]} assetsInclude
 */

/**
 * Compiles the mini program in a folder.
 * @param {string} folder
 * @returns {Promise<{compiled: Compiled | null, problems: import('./problems.js').Problem[]}>}
 */
export async function compile(folder) {
  const root = resolve(folder);
  const { project, problems } = readProject(root);
  if (!project) return { compiled: null, problems };
  const manifest = manifestOf(project);
  const results = await Promise.allSettled([
    bundle(project, logicEntry(project, manifest), logicPlugin(project)),
    bundle(project, viewEntry(project), viewPlugin(project)),
  ]);
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    if (!result.reason.errors) throw result.reason;
    problems.push(
      ...result.reason.errors.map((message) => fromMessage(message, (file) => shown(project, resolve(root, file)))),
    );
  }
  if (problems.length) return { compiled: null, problems: unique(problems) };
  const [logic, view] = results.map((result) => result.value);
  return { compiled: { logic, view, manifest, assetsInclude: project.assetsInclude }, problems: [] };
}

function unique(problems) {
  const seen = new Set();
  return problems.filter((problem) => {
    const key = `${problem.file}:${problem.line}:${problem.column}:${problem.code}:${problem.message}`;
    return !seen.has(key) && seen.add(key);
  });
}

function manifestOf(project) {
  return {
    pages: project.pages.map(({ path, config }) => ({
      path,
      config: { ...(project.app.window || {}), ...config, usingComponents: undefined },
    })),
    tabBar: project.app.tabBar || null,
    window: project.app.window || {},
  };
}

async function bundle(project, contents, plugin) {
  const result = await build({
    stdin: { contents, resolveDir: project.root, sourcefile: 'simulator-entry.js', loader: 'js' },
    absWorkingDir: project.root,
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['main', 'module'],
    conditions: ['require'],
    target: 'es2022', // the browser's; newer syntax in the program was refused before
    charset: 'utf8',
    banner: { js: '"use strict";' }, // as the platform's build has it: no sloppy `this`, no accidental globals
    sourcemap: 'inline',
    sourcesContent: true,
    jsx: 'transform',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
    logLimit: 0,
    plugins: [plugin],
  });
  return result.outputFiles[0].text;
}

const text = (value) => JSON.stringify(value);

function logicEntry(project, manifest) {
  const thunk = ({ path }) => `[${text(path)}, () => require(${text(`./${path}.js`)})]`;
  return [
    `import { boot } from 'simulator:logic';`,
    `boot({`,
    `  manifest: ${text(manifest)},`,
    `  app: ${project.hasAppScript ? `() => require('./app.js')` : 'null'},`,
    `  components: [${project.components.map(thunk).join(', ')}],`,
    `  pages: [${project.pages.map(thunk).join(', ')}],`,
    `});`,
  ].join('\n');
}

function viewEntry(project) {
  const lines = [`import { start } from 'simulator:view';`];
  const styleNames = new Map();
  const units = [...project.components, ...project.pages].map((unit, index) => {
    lines.push(`import render${index} from ${text(`./${unit.path}.axml`)};`);
    const styles = unit.kind === 'component' ? [] : stylesOf(project, unit);
    for (const style of styles) {
      if (styleNames.has(style)) continue;
      styleNames.set(style, `style${styleNames.size}`);
      lines.push(`import ${styleNames.get(style)} from ${text(`./${style}`)};`);
    }
    return `  { kind: ${text(unit.kind)}, path: ${text(unit.path)}, render: render${index}, styles: [${styles.map((style) => styleNames.get(style)).join(', ')}] },`;
  });
  return [...lines, `start([`, ...units, `]);`].join('\n');
}

/** Path of a file as problems name it: inside the mini program, or inside its npm module. */
function shown(project, path) {
  const inside = relative(project.root, path);
  if (!inside.startsWith('..')) return inside.split(sep).join('/');
  const parts = path.split(sep);
  const at = parts.lastIndexOf('node_modules');
  return at === -1 ? path : parts.slice(at).join('/');
}

/** SJS runs on prefixed copies of the language's methods, which the compiler brings along. */
function withSjsRuntime(source, where) {
  const { code, problem } = compileSjs(source, where);
  return { code: `import '${SJS_RUNTIME}';\n${code}`, problem };
}

/** Paths that start with "/" mean the package's root. */
function resolveRooted(build_, project) {
  build_.onResolve({ filter: /^\// }, ({ path }) => ({ path: join(project.root, path) }));
}

function logicPlugin(project) {
  return {
    name: 'logic',
    setup(build_) {
      build_.onResolve({ filter: /^simulator:logic$/ }, () => ({ path: join(SIMULATOR, 'logic/main.js') }));
      resolveRooted(build_, project);
      build_.onLoad({ filter: /\.c?js$/ }, async ({ path }) => {
        if (path.startsWith(SIMULATOR + sep) && !path.startsWith(project.root + sep)) return null;
        const contents = await readFile(path, 'utf8');
        const problem = checkEs2018(contents, shown(project, path));
        return problem ? { errors: [toMessage(problem)] } : { contents, loader: 'js' };
      });
    },
  };
}

function viewPlugin(project) {
  const units = new Map(
    [...project.pages, ...project.components].map((unit) => [join(project.root, `${unit.path}.axml`), unit]),
  );
  const load = async (path, compileOne) => {
    const file = shown(project, path);
    if (!path.startsWith(project.root + sep)) {
      return {
        errors: [
          toMessage(problemOf('outside', 'templates and styles can only be taken from inside the mini program.', file)),
        ],
      };
    }
    const source = await readFile(path, 'utf8');
    const { code, problems } = compileOne(source, { root: project.root, path, file });
    return problems.length
      ? { errors: problems.map(toMessage) }
      : { contents: code, resolveDir: dirname(path), loader: 'jsx' };
  };
  const plain = (compileOne) => (source, where) => {
    const { code, problem } = compileOne(source, where);
    return { code, problems: problem ? [problem] : [] };
  };
  const template = (source, where) => {
    const usingComponents = units.get(where.path)?.usingComponents || {};
    const { code, problem } = compileAxml(source, { ...where, usingComponents });
    return {
      code,
      problems: [...(problem ? [problem] : []), ...lintAxml(source, { file: where.file, usingComponents })],
    };
  };
  return {
    name: 'view',
    setup(build_) {
      build_.onResolve({ filter: new RegExp(`^${VIEW_MODULE}$`) }, () => ({ path: join(SIMULATOR, 'view/main.js') }));
      // React and the template runtime are the simulator's, wherever the mini program lies.
      build_.onResolve({ filter: /^(react|react-dom|@miniu\/appx-(rml-runtime|compiler))(\/|$)/ }, ({ path }) => ({
        path: require.resolve(path),
      }));
      resolveRooted(build_, project);
      build_.onLoad({ filter: /\.axml$/ }, ({ path }) => load(path, template));
      build_.onLoad({ filter: /\.acss$/ }, ({ path }) => load(path, plain(compileAcss)));
      build_.onLoad({ filter: /\.sjs$/ }, ({ path }) => load(path, plain(withSjsRuntime)));
    },
  };
}
