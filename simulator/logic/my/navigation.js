/**
 * Navigation: the rules are in `../stack.js`, the pages in `../pages.js`.
 */
import { callNative, post } from '../channel.js';
import { go, setNavigationBar } from '../pages.js';
import { PlatformError } from './call.js';

function action(name) {
  return (options) => {
    const refusal = go(name, options);
    if (refusal) throw new PlatformError(refusal.error, refusal.errorMessage);
  };
}

export function navigationApi() {
  const names = ['navigateTo', 'redirectTo', 'reLaunch', 'switchTab', 'navigateBack'];
  const async = Object.fromEntries(names.map((name) => [name, action(name)]));
  return {
    async: {
      ...async,
      setNavigationBar: (options) => setNavigationBar(options),
      pageScrollTo: ({ scrollTop = 0, duration = 0 }) =>
        post({ t: 'view', m: { t: 'scroll', scrollTop: Number(scrollTop), duration: Number(duration) } }),
      setClipboard: ({ text = '' }) => callNative('setClipboard', { text: String(text) }).result,
    },
  };
}
