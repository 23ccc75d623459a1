/**
 * The program as a whole: App(), its life cycle, and who listens to it through `my`.
 */
import { guard, inspect, log } from './log.js';
import { setForeground } from './pages.js';

/** @type {any} */
let app = null;
let launchOptions = { path: '', query: {}, scene: '' };
const listeners = { show: new Set(), hide: new Set() };

export function registerApp(options) {
  if (app) {
    log('error', 'App() was called twice');
    return;
  }
  app = Object.assign({}, options);
}

export function getApp() {
  return app;
}

export function getLaunchOptions() {
  return { ...launchOptions };
}

/** Known before any module of the program runs. */
export function setLaunchOptions(options) {
  launchOptions = options;
}

export function startApp() {
  if (!app) app = {};
  life('onLaunch', launchOptions);
  life('onShow', launchOptions);
}

/** The tester sent the program to the background or fetched it back. */
export function switchForeground(visible) {
  if (visible) {
    life('onShow', launchOptions);
    for (const listener of listeners.show) guard('an onAppShow listener', () => listener({ ...launchOptions }));
    setForeground(true);
  } else {
    setForeground(false);
    life('onHide');
    for (const listener of listeners.hide) guard('an onAppHide listener', () => listener());
  }
}

export function addAppListener(event, listener) {
  if (typeof listener === 'function') listeners[event].add(listener);
}

/** Without a listener all go, as the platform has it. */
export function removeAppListener(event, listener) {
  if (listener === undefined) listeners[event].clear();
  else listeners[event].delete(listener);
}

/** App's own onError and onUnhandledRejection. */
export function appHook(name, value) {
  if (app && typeof app[name] === 'function') app[name](value);
}

function life(name, ...args) {
  log('life', `App: ${name}${args.length ? ` ${inspect(args[0])}` : ''}`);
  if (typeof app[name] === 'function') guard(`App ${name}`, () => app[name](...args));
}
