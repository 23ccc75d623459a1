// What the package may be written in: the syntax of ES2018, and no global but those that every host has
// or that are looked at before they are used. `dist/` is held to the same, so that no tool in between can
// bring in more.

// Language, and what every mini program's logic layer has beside it.
const EVERYWHERE = ['require', 'module', 'exports', 'setTimeout'];

// Used only behind a `typeof`, or only in a host that is a browser.
const LOOKED_AT_FIRST = ['my', 'self', 'WebAssembly', 'fetch', 'TextEncoder', 'TextDecoder'];

// Replaced by the build.
const BUILD = ['BUILD_VERSION', 'WASM_LENGTH', 'WASM_HASH'];

// What wasm-bindgen's glue looks for: behind a `typeof`, behind a look at the global object, or in the
// functions through which gloo-net fetches.
const GLUE = ['FinalizationRegistry', 'queueMicrotask', 'Request', 'Response', 'window', 'global', 'toString'];

const known = (...names) => Object.fromEntries(names.flat().map((name) => [name, 'readonly']));

const rules = {
  'no-undef': 'error',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
};

export default [
  {
    files: ['loader/*.js'],
    languageOptions: { ecmaVersion: 2018, sourceType: 'module', globals: known(EVERYWHERE, LOOKED_AT_FIRST, BUILD) },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { ...rules, 'no-unused-vars': ['error', { caughtErrorsIgnorePattern: '^ignored$' }], 'no-var': 'error', 'prefer-const': 'error', eqeqeq: 'error' },
  },
  {
    files: ['dist/*.js'],
    languageOptions: { ecmaVersion: 2018, sourceType: 'commonjs', globals: known(EVERYWHERE, LOOKED_AT_FIRST, GLUE) },
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    rules,
  },
];
