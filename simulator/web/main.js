/**
 * The simulator's page: puts phone, panel and log together and starts the mini program.
 */
import { makeCashier } from './cashier.js';
import { makeChrome } from './chrome.js';
import { makeFeedback } from './feedback.js';
import { makeLog } from './log-view.js';
import { makeNative } from './native.js';
import { makePanel } from './panel.js';
import { showProblems } from './problems.js';
import { Runtime } from './runtime.js';
import { makeStorage } from './storage.js';
import { startTheme } from './theme.js';
import { makeWallet } from './wallet.js';

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(window.location.search);
const mode = { wasm: query.get('engine') !== 'no-wasm', strict: query.get('strict') !== '0' };
const theme = startTheme();
const log = makeLog();
const config = await loadConfig();
$('origin-note').textContent = `${config.siteName} wallet · server ${config.merchant.replace(/^https?:\/\//, '')}`;

/** Where the program is opened: `?page=pages/cart/cart&query=a%3D1`, else at its first page. */
const launch = {
  path: (query.get('page') || '').replace(/^\//, ''),
  query: Object.fromEntries([
    ...new URLSearchParams(config.launchQuery),
    ...new URLSearchParams(query.get('query') || ''),
  ]),
  scene: '1000',
};

const wallet = makeWallet(log);
const storage = makeStorage(() => wallet.customerId());
const feedback = makeFeedback($('feedback'));
const cashier = makeCashier({
  sheet: $('sheet'),
  body: $('sheet-body'),
  behind: [$('navbar'), $('screen'), $('tabbar')],
  closeButton: $('cashier-close'),
  log,
});
const native = makeNative({ config, wallet, feedback, cashier, log });
const chrome = makeChrome({
  onBack: () => runtime.send({ t: 'back' }),
  onTab: (path) => runtime.send({ t: 'tab', path }),
});
const panel = makePanel({ mode, currency: config.currency, wallet, actions: { restart, setForeground, clearStorage } });

const runtime = new Runtime({
  frame: $('frame'),
  native,
  handlers: {
    log: ({ kind, text, detail }) => log.add(kind, text, detail),
    chrome: (state) => {
      chrome.show(state);
      panel.setPage(state);
    },
    storage: ({ key, json }) => {
      storage.write(key, json);
      panel.setStorage(storage.size());
    },
    engine: ({ wasmBytes }) => panel.setEngine({ running: true, bytes: wasmBytes }),
    started: () => log.add('life', 'Program started'),
    loading: ({ content }) => feedback.loading(content),
    'hide-toast': () => feedback.hideToast(),
    failed: ({ message }) => log.add('error', message),
  },
});

theme.onChange((dark) => {
  chrome.setDark(dark);
  runtime.setDark(dark);
});
await wallet.refresh();
wallet.onCustomer(() => restart('Another customer signed in'));
start('Launch');
watchBuilds();

async function loadConfig() {
  const response = await fetch('/_platform/config');
  return response.json();
}

function start(reason) {
  showProblems($('problems'), config.problems);
  if (config.problems.length)
    for (const problem of config.problems)
      log.add('error', `${problem.file}:${problem.line}:${problem.column} ${problem.message}`);
  if (!config.manifest) return;
  log.add(
    'note',
    `${reason}: ${mode.strict ? 'ES2018 globals only' : 'loose globals'}, WebAssembly ${mode.wasm ? 'there' : 'taken away'}`,
  );
  panel.setEngine({ running: false, bytes: 0 });
  panel.setStorage(storage.size());
  panel.setForeground(true);
  $('away').hidden = true;
  runtime.start({
    ...mode,
    build: config.build,
    launch,
    storage: storage.read(),
    appId: 'simulator-mini-program',
    sdkVersion: '2.9.7',
    systemInfo: chrome.systemInfo(config.siteName),
  });
}

/** Ends the Worker, as the wallet does when it needs memory, and opens the program anew. */
function restart(reason = 'Killed and reopened') {
  cashier.drop();
  feedback.clear();
  native.abortAll();
  runtime.stop();
  start(reason);
}

function setForeground(visible) {
  panel.setForeground(visible);
  $('away').hidden = visible;
  runtime.send({ t: 'foreground', visible });
}
$('away-back').addEventListener('click', () => setForeground(true));

function clearStorage() {
  storage.clear();
  log.add('note', 'Storage cleared; reopening');
  restart('Storage cleared');
}

/** Reopens the program when the simulator has compiled it anew. */
function watchBuilds() {
  const source = new EventSource('/_platform/events');
  let lost = false;
  source.onerror = () => {
    if (!lost) log.add('warning', "The simulator's process does not answer");
    lost = true;
  };
  source.onmessage = async ({ data }) => {
    const { build } = JSON.parse(data);
    if (lost) log.add('note', "The simulator's process answers again");
    const stale = build !== config.build || lost;
    lost = false;
    if (!stale) return;
    Object.assign(config, await loadConfig());
    restart('Recompiled');
  };
}
