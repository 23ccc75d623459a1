/**
 * What the program may know about its surroundings, and the life cycle it may listen to.
 */
import { DRAWN_TAGS } from '../../shared/tags.js';
import { addAppListener, getLaunchOptions, removeAppListener } from '../app.js';
import { errorEvents } from '../log.js';

/** Members that canIUse knows of the main APIs; of others it knows only whether they exist. */
const MEMBERS = {
  request: {
    object: ['url', 'method', 'headers', 'data', 'timeout', 'dataType'],
    return: ['data', 'status', 'headers'],
  },
  tradePay: { object: ['paymentUrl', 'tradeNO'], return: ['resultCode'] },
  getAuthCode: { object: ['scopes'], return: ['authCode', 'authSuccessScopes', 'authErrorScopes'] },
  getSiteInfo: { return: ['siteName'] },
  getSystemInfo: {
    return: [
      'model',
      'pixelRatio',
      'windowWidth',
      'windowHeight',
      'language',
      'version',
      'system',
      'platform',
      'brand',
      'app',
    ],
  },
};

function canIUse(text, my) {
  const [name, type, member] = String(text).split('.');
  if (DRAWN_TAGS.has(name)) return true;
  if (!(name in my)) return false;
  if (type === undefined || type === 'callback') return true;
  const known = MEMBERS[name];
  return known
    ? Boolean(known[type] && (member === undefined || known[type].includes(member)))
    : ['object', 'return'].includes(type) && member === undefined;
}

function listenTo(set) {
  return (listener) => {
    if (typeof listener === 'function') set.add(listener);
  };
}

function stopListening(set) {
  return (listener) => {
    if (listener === undefined) set.clear();
    else set.delete(listener);
  };
}

export function environmentApi(init, manifest, getMy) {
  const systemInfo = () => ({ ...init.systemInfo });
  return {
    async: {
      getSystemInfo: systemInfo,
      getRunScene: () => ({ envVersion: 'develop' }),
    },
    sync: {
      getSystemInfoSync: systemInfo,
      getAppIdSync: () => ({ appId: init.appId }),
      getLaunchOptionsSync: getLaunchOptions,
      canIUse: (text) => canIUse(text, getMy()),
      onAppShow: (listener) => addAppListener('show', listener),
      offAppShow: (listener) => removeAppListener('show', listener),
      onAppHide: (listener) => addAppListener('hide', listener),
      offAppHide: (listener) => removeAppListener('hide', listener),
      onError: listenTo(errorEvents.error),
      offError: stopListening(errorEvents.error),
      onUnhandledRejection: listenTo(errorEvents.rejection),
      offUnhandledRejection: stopListening(errorEvents.rejection),
    },
  };
}
