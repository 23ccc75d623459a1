import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_DEPTH, navigate, parseUrl } from '../logic/stack.js';

const state = (stack) => ({ stack, pages: ['home', 'me', 'pages/detail', 'pages/other'], tabs: ['home', 'me'] });
const detail = { url: '/pages/detail?id=7&name=a%20b' };

test('a url is split into path and decoded query', () => {
  assert.deepEqual(parseUrl('/pages/a?x=1&y=%C3%A9&z', ''), { path: 'pages/a', query: { x: '1', y: 'é', z: '' } });
  assert.deepEqual(parseUrl('../b/b', 'pages/a/a'), { path: 'pages/b/b', query: {} });
  assert.deepEqual(parseUrl('./c?x=%', 'pages/a/a'), { path: 'pages/a/c', query: { x: '%' } });
});

test('navigateTo keeps the page below and brings the query', () => {
  assert.deepEqual(navigate('navigateTo', detail, state(['home'])), {
    close: 0,
    open: { path: 'pages/detail', query: { id: '7', name: 'a b' } },
  });
});

test('navigateTo and redirectTo refuse a tab page', () => {
  for (const action of ['navigateTo', 'redirectTo']) {
    assert.match(navigate(action, { url: '/me' }, state(['home'])).errorMessage, /tab page/);
  }
});

test('navigateTo refuses an eleventh page', () => {
  const full = Array.from({ length: MAX_DEPTH }, () => 'pages/detail');
  assert.equal(navigate('navigateTo', detail, state(full)).error, 2);
  assert.equal(navigate('redirectTo', detail, state(full)).close, 1);
});

test('a page that app.json does not list is refused', () => {
  assert.match(navigate('navigateTo', { url: '/nowhere' }, state(['home'])).errorMessage, /no page "nowhere"/);
  assert.match(navigate('navigateTo', {}, state(['home'])).errorMessage, /needs a url/);
});

test('switchTab takes tab pages only and drops the query', () => {
  assert.deepEqual(navigate('switchTab', { url: '/me?x=1' }, state(['home', 'pages/detail'])), {
    close: 2,
    open: { path: 'me', query: {} },
  });
  assert.match(navigate('switchTab', detail, state(['home'])).errorMessage, /not a tab page/);
});

test('reLaunch closes everything', () => {
  assert.equal(navigate('reLaunch', detail, state(['home', 'pages/other'])).close, 2);
});

test('navigateBack never closes the last page', () => {
  assert.equal(navigate('navigateBack', {}, state(['home', 'pages/detail'])).close, 1);
  assert.equal(navigate('navigateBack', { delta: 9 }, state(['home', 'pages/detail', 'pages/other'])).close, 2);
  assert.equal(navigate('navigateBack', {}, state(['home'])).close, 0);
  assert.equal(navigate('navigateBack', { delta: 0 }, state(['home'])).error, 2);
});
