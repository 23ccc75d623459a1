/**
 * The view: draws the pages that the logic opens, with React running the compiled templates.
 * In: operations from the logic, by way of the shell. Out: the DOM of the phone's screen, and events.
 * Compiled templates import from this module: the built-in components, `getComponentClass`, `StyleSheet`.
 */
import React from 'react';
import ReactDOM from 'react-dom';
import { connect, sendUp, tell } from './bridge.js';
import { PageView } from './page-view.js';
import { defineComponent, setComponentData } from './component-view.js';
import { followDialogs } from './dialogs.js';
import { onOps } from './targets.js';
import { setDark, showStyles } from './styles.js';

export * from './components/index.js';
export { getComponentClass } from './component-view.js';
export { StyleSheet } from './styles.js';

const DESIGN_WIDTH = 750;
const pages = new Map();
const definitions = new Map();
const root = document.getElementById('pages');

/** @param {{kind: 'page'|'component', path: string, render: Function, styles: any[]}[]} units */
export function start(units) {
  for (const unit of units) {
    if (unit.kind === 'component') defineComponent(`/${unit.path}`, unit.render);
    else definitions.set(unit.path, unit);
  }
  keepRpx();
  followDialogs(root);
  window.addEventListener('error', (event) => tell('error', `The view failed: ${event.error?.stack || event.message}`));
  connect({
    open: openPage,
    show: showPage,
    close: closePage,
    ops: onOps,
    'component-data': ({ path, json }) => setComponentData(`/${path}`, JSON.parse(json)),
    theme: ({ dark }) => setDark(dark),
    scroll: ({ scrollTop, duration }) =>
      visible()?.element.scrollTo({ top: scrollTop, behavior: duration > 0 ? 'smooth' : 'auto' }),
  });
}

/** 750 rpx are the width of the screen; the compiler wrote rpx as hundredths of rem. */
function keepRpx() {
  const apply = () => {
    document.documentElement.style.fontSize = `${(document.documentElement.clientWidth / DESIGN_WIDTH) * 100}px`;
  };
  apply();
  window.addEventListener('resize', apply);
}

function openPage({ pageId, path, json }) {
  const definition = definitions.get(path);
  const element = document.createElement('div');
  element.className = 'a-page';
  element.dataset.page = path;
  root.append(element);
  pages.set(pageId, { element, definition, pageId });
  listenToScroll(element, pageId);
  const drawn = () => sendUp({ t: 'drawn', pageId });
  showPage({ pageId });
  const props = { pageId, path, renderTemplate: definition.render, initialData: JSON.parse(json) };
  ReactDOM.render(React.createElement(PageView, props), element, drawn);
}

function showPage({ pageId }) {
  for (const page of pages.values()) page.element.hidden = page.pageId !== pageId;
  const page = pages.get(pageId);
  if (page) showStyles(page.definition.styles);
}

function closePage({ pageId }) {
  const page = pages.get(pageId);
  if (!page) return;
  pages.delete(pageId);
  ReactDOM.unmountComponentAtNode(page.element);
  page.element.remove();
}

function visible() {
  return [...pages.values()].find(({ element }) => !element.hidden);
}

function listenToScroll(element, pageId) {
  let atBottom = false;
  element.addEventListener(
    'scroll',
    () => {
      const { scrollTop, scrollHeight, clientHeight } = element;
      sendUp({ t: 'scrolled', pageId, name: 'onPageScroll', event: { scrollTop, scrollHeight } });
      const reached = scrollHeight - scrollTop - clientHeight < 50;
      if (reached && !atBottom) sendUp({ t: 'scrolled', pageId, name: 'onReachBottom', event: {} });
      atBottom = reached;
    },
    { passive: true },
  );
}
