/**
 * The pages that are open: their instances, their life cycle, the stack, the tab pages that stay alive.
 * In: `Page(options)` registrations, navigation requests, events of the view. Out: messages to the view and the shell.
 */
import { post } from './channel.js';
import { giveData, jsonCopy } from './instance.js';
import { guard, inspect, log } from './log.js';
import { navigate } from './stack.js';
import { removeComponentsOf } from './components.js';

const registered = new Map();
/** @type {any[]} the stack, the visible page last */
let stack = [];
/** Tab pages that are alive but not on the stack. */
const parkedTabs = new Map();
let manifest = null;
let foreground = true;
let lastId = 0;

export function setManifest(value) {
  manifest = value;
}

export function registerPage(path, options) {
  registered.set(path, options || {});
}

export function currentPages() {
  return stack.slice();
}

export function findPage(pageId) {
  return stack.concat([...parkedTabs.values()]).find((page) => page.$viewId === pageId);
}

function isTab(path) {
  return Boolean(manifest.tabBar && manifest.tabBar.items.some(({ pagePath }) => pagePath === path));
}

/**
 * Carries out a navigation.
 * @returns {null | {error: number, errorMessage: string}} null when it was done
 */
export function go(action, options) {
  const plan = navigate(action, options, {
    stack: stack.map(({ route }) => route),
    pages: manifest.pages.map(({ path }) => path),
    tabs: manifest.tabBar ? manifest.tabBar.items.map(({ pagePath }) => pagePath) : [],
  });
  if ('error' in plan) return plan;
  if (action === 'navigateBack' && plan.close === 0) return null;
  const before = top();
  if (plan.open && plan.close === 0 && before) hide(before);
  for (let i = 0; i < plan.close; i += 1) leave(stack.pop(), action === 'switchTab');
  if (action === 'reLaunch') for (const path of [...parkedTabs.keys()]) unload(take(path));
  if (plan.open) open(plan.open);
  else showTop();
  return null;
}

/** Opens the first page of a launch. */
export function launch(path, query) {
  const known = manifest.pages.some((page) => page.path === path);
  if (path && !known) log('warning', `there is no page "${path}"; the program starts at its first page`);
  open({ path: known ? path : manifest.pages[0].path, query });
}

function top() {
  return stack[stack.length - 1];
}

function take(path) {
  const page = parkedTabs.get(path);
  parkedTabs.delete(path);
  return page;
}

function open({ path, query }) {
  if (parkedTabs.has(path)) {
    stack.push(take(path));
    showTop();
    return;
  }
  const page = create(path);
  stack.push(page);
  post({ t: 'view', m: { t: 'open', pageId: page.$viewId, path, json: JSON.stringify(page.data) } });
  announce();
  life(page, 'onLoad', query);
  if (top() === page) show(page);
}

function create(path) {
  const options = registered.get(path);
  if (!options) log('error', `${path}.js has not called Page()`);
  const page = Object.assign({}, options);
  lastId += 1;
  page.$viewId = lastId;
  page.route = path;
  page.$identity = { pageId: lastId, componentId: null, label: path, gone: false };
  const data = guard(`data of ${path}`, () => (typeof page.data === 'function' ? page.data() : page.data));
  page.data = jsonCopy(data) || {};
  page.$shown = false;
  giveData(page, page.$identity);
  return page;
}

function leave(page, keepTab) {
  hide(page);
  if (keepTab && isTab(page.route)) parkedTabs.set(page.route, page);
  else unload(page);
}

function unload(page) {
  life(page, 'onUnload');
  removeComponentsOf(page.$viewId);
  page.$identity.gone = true;
  post({ t: 'view', m: { t: 'close', pageId: page.$viewId } });
}

function hide(page) {
  if (!page.$shown) return;
  page.$shown = false;
  life(page, 'onHide');
}

function show(page) {
  if (page.$shown || !foreground) return;
  page.$shown = true;
  life(page, 'onShow');
}

function showTop() {
  announce();
  show(top());
}

/** Tells the view which page is visible and the shell what to draw around it. */
function announce() {
  const page = top();
  post({ t: 'view', m: { t: 'show', pageId: page.$viewId } });
  const { config } = manifest.pages.find(({ path }) => path === page.route);
  post({
    t: 'chrome',
    path: page.route,
    title: page.$title !== undefined ? page.$title : config.defaultTitle || '',
    canGoBack: stack.length > 1,
    depth: stack.length,
    tabBar: isTab(page.route) ? manifest.tabBar : null,
    config: { ...config, ...(page.$navigationBar || {}) },
  });
}

/** my.setNavigationBar */
export function setNavigationBar({ title, ...colors }) {
  const page = top();
  if (title !== undefined) page.$title = String(title);
  page.$navigationBar = { titleBarColor: colors.backgroundColor, ...page.$navigationBar };
  announce();
}

export function setForeground(value) {
  foreground = value;
  const page = top();
  if (!page) return;
  if (value) show(page);
  else hide(page);
}

function life(page, name, ...args) {
  log('life', `${page.route}: ${name}${args.length && Object.keys(args[0]).length ? ` ${inspect(args[0])}` : ''}`);
  if (typeof page[name] === 'function') guard(`${page.route} ${name}`, () => page[name](...args));
}

/** The view has drawn a page for the first time. */
export function drawn(pageId) {
  const page = findPage(pageId);
  if (page) life(page, 'onReady');
}

/** An event of the view for a page's handler. */
export function handleEvent(pageId, handler, event) {
  const page = findPage(pageId);
  if (!page) return;
  if (typeof page[handler] !== 'function') {
    log('warning', `${page.route} has no handler "${handler}" for ${event.type}`);
    return;
  }
  guard(`${page.route} ${handler}`, () => page[handler](event));
}

/** The visible page was scrolled; only pages that ask hear of it. */
export function scrolled(pageId, name, event) {
  const page = findPage(pageId);
  if (page && typeof page[name] === 'function') guard(`${page.route} ${name}`, () => page[name](event));
}
