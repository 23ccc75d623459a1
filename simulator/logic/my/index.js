/**
 * The `my` object: collects the JSAPI by subject and gives every asynchronous API the platform's calling form.
 */
import { storageApi } from './storage.js';
import { networkApi } from './network.js';
import { walletApi } from './wallet.js';
import { feedbackApi } from './feedback.js';
import { navigationApi } from './navigation.js';
import { environmentApi } from './environment.js';
import { fileApi } from './files.js';
import { asynchronous, logged } from './call.js';

/**
 * @param {any} init what the shell told at the start
 * @param {any} manifest
 */
export function makeMy(init, manifest) {
  const my = { SDKVersion: init.sdkVersion };
  const groups = [storageApi(), walletApi(), feedbackApi(), navigationApi(), environmentApi(init, manifest, () => my)];
  for (const { sync = {}, async = {} } of groups) {
    for (const name of Object.keys(sync)) my[name] = logged(name, sync[name]);
    for (const name of Object.keys(async)) my[name] = asynchronous(name, async[name]);
  }
  my.request = networkApi();
  const files = fileApi();
  my.getFileSystemManager = () => files;
  my.call = (name, params, callback) => {
    if (typeof my[name] !== 'function') throw new Error(`my.call: there is no "${name}"`);
    return my[name]({ ...params, complete: callback });
  };
  return my;
}
