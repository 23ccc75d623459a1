// What the Studio's compiler can parse and what the logic layer has: ES2018, `my`, and no browser.

const ABSENT = [
  'globalThis',
  'self',
  'window',
  'document',
  'location',
  'navigator',
  'history',
  'localStorage',
  'sessionStorage',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'Worker',
  'importScripts',
  'BigInt',
  'queueMicrotask',
  'crypto',
  'performance',
  'TextEncoder',
  'TextDecoder',
  'FinalizationRegistry',
  'WeakRef',
  'Intl',
  'WebAssembly',
  'process',
  'Buffer',
];

export default [
  {
    files: ['**/*.js'],
    languageOptions: {
      ecmaVersion: 2018,
      sourceType: 'commonjs',
      globals: { my: 'readonly', App: 'readonly', Page: 'readonly', getApp: 'readonly', console: 'readonly' },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-restricted-globals': [
        'error',
        ...ABSENT.map((name) => ({ name, message: 'The logic layer of a mini program has no such global.' })),
      ],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-undef': 'error',
      'no-unused-vars': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
    },
  },
];
