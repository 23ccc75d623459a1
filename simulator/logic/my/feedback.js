/**
 * Toasts, dialogs and the loading sign, drawn by the shell over the page.
 */
import { callNative, post } from '../channel.js';
import { PlatformError } from './call.js';

const TOASTS = ['none', 'success', 'fail', 'exception'];
let loadingTimer = null;

function showToast({ content = '', type = 'none', duration = 2000 }) {
  if (!TOASTS.includes(type)) throw new PlatformError(2, `type must be one of ${TOASTS.join(', ')}`);
  if (type === 'exception' && !content) throw new PlatformError(2, 'a toast of type exception needs a content');
  return callNative('toast', { content: String(content), type, duration: Number(duration) }).result;
}

function alert({ title = '', content = '', buttonText = 'OK' }) {
  return callNative('dialog', {
    title: String(title),
    content: String(content),
    ok: String(buttonText),
    cancel: null,
  }).result.then(() => ({}));
}

function confirm({ title = '', content = '', confirmButtonText = 'OK', cancelButtonText = 'Cancel' }) {
  const args = {
    title: String(title),
    content: String(content),
    ok: String(confirmButtonText),
    cancel: String(cancelButtonText),
  };
  return callNative('dialog', args).result.then(({ ok }) => ({ confirm: ok, ok }));
}

function prompt({ title = '', message = '', placeholder = '', okButtonText = 'OK', cancelButtonText = 'Cancel' }) {
  const args = {
    title: String(title),
    content: String(message),
    placeholder: String(placeholder),
    ok: String(okButtonText),
    cancel: String(cancelButtonText),
    input: true,
  };
  return callNative('dialog', args).result.then(({ ok, value }) => (ok ? { ok, inputValue: value } : { ok }));
}

function showActionSheet({ title = '', items, cancelButtonText = 'Cancel' }) {
  if (!Array.isArray(items) || items.length === 0) throw new PlatformError(2, 'items must list at least one entry');
  return callNative('actionSheet', { title: String(title), items: items.map(String), cancel: String(cancelButtonText) })
    .result;
}

function showLoading({ content = '', delay = 0 }) {
  hideLoading();
  const show = () => post({ t: 'loading', content: String(content) });
  if (delay > 0) loadingTimer = setTimeout(show, delay);
  else show();
}

function hideLoading() {
  clearTimeout(loadingTimer);
  loadingTimer = null;
  post({ t: 'loading', content: null });
}

export function feedbackApi() {
  return {
    async: {
      showToast,
      alert,
      confirm,
      prompt,
      showActionSheet,
      showLoading,
      hideLoading,
      hideToast: () => post({ t: 'hide-toast' }),
    },
  };
}
