// A mini program's host by script: the JSAPI in the callback form, with everything that was called on
// record. `storage` outlives a host, as a phone's storage outlives a run.

import { readFileSync } from 'node:fs';

const MODULE = new URL('../../../pkg/dist/checkout.wasm', import.meta.url);

export function makeHost(shop, { storage = new Map(), module = readFileSync(MODULE), without = [] } = {}) {
  const calls = { routes: [], cashiers: [] };
  const appShown = [];
  let alive = true;
  const later = (callback, ...values) => setTimeout(() => alive && callback && callback(...values), 0);

  const host = {
    request({ url, method, headers, data, success, fail }) {
      // What crosses the wire is text: nothing of one side's realm reaches the other.
      const request = JSON.parse(JSON.stringify({ url, method, headers, data: data ?? null }));
      shop.handle(request).then((answer) => {
        if (!answer) later(fail, { error: 12, errorMessage: 'network error' });
        else later(success, { data: JSON.parse(JSON.stringify(answer)), status: 200, headers: {} });
      });
    },
    tradePay({ success, fail, ...argument }) {
      calls.cashiers.push({ argument: { ...argument }, leave: (resultCode) => success({ resultCode }), break: () => fail({ error: 2 }) });
    },
    getAuthCode({ scopes, success }) {
      later(success, { authCode: `code-${scopes.join()}`, authSuccessScopes: [...scopes] });
    },
    getSiteInfo({ success }) {
      later(success, { siteName: 'SIMULATOR' });
    },
    getSystemInfo({ success }) {
      later(success, { platform: 'Android' });
    },
    getStorage({ key, success }) {
      later(success, { data: storage.get(key) ?? null });
    },
    setStorage({ key, data, success }) {
      if (alive) storage.set(key, data);
      later(success, {});
    },
    getFileSystemManager: () => ({
      readFile({ filePath, success, fail }) {
        if (module === null) later(fail, { error: 10022, errorMessage: `no file ${filePath}` });
        else if (typeof module === 'string') later(success, { data: module });
        else later(success, { data: Uint8Array.from(module).buffer });
      },
    }),
    onAppShow: (listener) => appShown.push(listener),
  };
  for (const method of ['navigateTo', 'redirectTo', 'reLaunch', 'navigateBack']) {
    host[method] = ({ url, success }) => {
      calls.routes.push([method, url ?? null]);
      later(success, {});
    };
  }
  without.forEach((method) => delete host[method]);
  return {
    host, calls, storage,
    showApp: () => appShown.forEach((listener) => listener()),
    // The program ends here: nothing reaches it any more, and nothing that it does reaches the phone.
    kill: () => { alive = false; },
  };
}
