/**
 * Start of the logic Worker: waits for the shell's word, takes the browser's globals away, then runs the program.
 * In: `init` with mode, storage, system info and launch options. Out: a running program.
 */
import { on, openChannel, post } from './channel.js';
import { appHook, getApp, registerApp, setLaunchOptions, startApp, switchForeground } from './app.js';
import { gotProps, handleComponentEvent, mounted, registerComponent, unmounted } from './components.js';
import { removeGlobals, watchWebAssembly } from './globals.js';
import { acknowledged } from './instance.js';
import { appHooks, guard, log, tapConsole, watchUncaught } from './log.js';
import { makeMy } from './my/index.js';
import { currentPages, drawn, go, handleEvent, launch, registerPage, scrolled, setManifest } from './pages.js';
import { loadStorage } from './my/storage.js';

/** Which module runs right now, so that Page() and Component() know whom they register. */
let running = '';

/**
 * @param {{manifest: any, app: (() => void) | null, components: [string, () => void][], pages: [string, () => void][]}} program
 */
export function boot(program) {
  on('init', (init) => {
    try {
      prepare(program, init);
    } catch (error) {
      log('error', `The simulator could not start the program: ${error.stack || error}`);
      throw error;
    }
    run(program, init.launch);
  });
  openChannel();
  post({ t: 'worker-ready' });
}

function prepare({ manifest }, init) {
  setManifest(manifest);
  setLaunchOptions(init.launch);
  loadStorage(init.storage);
  tapConsole();
  watchUncaught();
  appHooks.error = (message) => appHook('onError', message);
  appHooks.rejection = (event) => appHook('onUnhandledRejection', event);
  if (init.wasm) watchWebAssembly((bytes) => post({ t: 'engine', wasmBytes: bytes }));
  listenToView();
  const scope = self;
  const globals = {
    my: makeMy(init, manifest),
    App: registerApp,
    Page: (options) => registerPage(running, options),
    Component: (options) => registerComponent(running, options),
    getApp,
    getCurrentPages: currentPages,
  };
  const left = removeGlobals({ strict: init.strict, wasm: init.wasm });
  for (const name of Object.keys(globals))
    Object.defineProperty(scope, name, { value: globals[name], writable: true, configurable: true });
  if (left.length) log('error', `The simulator could not take away: ${left.join(', ')}`);
}

function listenToView() {
  on('event', ({ pageId, componentId, handler, event }) => {
    if (componentId === null) handleEvent(pageId, handler, event);
    else handleComponentEvent(componentId, handler, event);
  });
  on('ack', ({ ack }) => acknowledged(ack));
  on('drawn', ({ pageId }) => drawn(pageId));
  on('scrolled', ({ pageId, name, event }) => scrolled(pageId, name, event));
  on('mounted', mounted);
  on('props', gotProps);
  on('unmounted', unmounted);
  on('foreground', ({ visible }) => switchForeground(visible));
  on('back', () => go('navigateBack', {}));
  on('tab', ({ path }) => go('switchTab', { url: `/${path}` }));
  on('navigator', ({ action, options }) => {
    const refusal = go(action, options);
    if (refusal) log('warning', `navigator: ${refusal.errorMessage}`);
  });
}

function run({ app, components, pages }, launchOptions) {
  if (app) guard('app.js', app);
  for (const [path, load] of [...components, ...pages]) {
    running = path;
    guard(`${path}.js`, load);
  }
  running = '';
  startApp();
  launch(launchOptions.path, launchOptions.query);
  post({ t: 'started' });
}
