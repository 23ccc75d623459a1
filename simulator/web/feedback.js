/**
 * Toasts, dialogs, action sheets and the loading sign, drawn over the phone's screen.
 */

const TOAST_SIGNS = { none: '', success: '✓', fail: '×', exception: '!' };

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** @param {HTMLElement} layer */
export function makeFeedback(layer) {
  let toast = null;
  let loading = null;
  const dialogs = new Set();

  function hideToast() {
    if (!toast) return;
    const { box, timer, resolve } = toast;
    toast = null;
    clearTimeout(timer);
    box.remove();
    resolve({});
  }

  function showDialog(build, testid) {
    return new Promise((resolve) => {
      const before = document.activeElement;
      const shade = element('div', 'shade');
      const box = element('div', 'dialog');
      box.setAttribute('role', 'alertdialog');
      box.setAttribute('aria-modal', 'true');
      box.dataset.testid = testid;
      const finish = (result) => {
        dialogs.delete(shade);
        shade.remove();
        if (before && before.isConnected) before.focus();
        resolve(result);
      };
      build(box, finish);
      shade.append(box);
      layer.append(shade);
      dialogs.add(shade);
      (box.querySelector('input') || box.querySelector('.dialog-ok') || box.querySelector('button')).focus();
    });
  }

  return {
    toast({ content, type, duration }) {
      hideToast();
      const box = element('div', `toast toast-${type}`);
      box.setAttribute('role', 'status');
      box.dataset.testid = 'toast';
      if (TOAST_SIGNS[type]) box.append(element('span', 'toast-sign', TOAST_SIGNS[type]));
      if (content) box.append(element('span', '', content));
      layer.append(box);
      return new Promise((resolve) => {
        toast = { box, resolve, timer: setTimeout(hideToast, Math.max(0, duration)) };
      });
    },
    hideToast,

    dialog({ title, content, ok, cancel, input, placeholder }) {
      return showDialog((box, finish) => {
        if (title) box.append(element('h3', '', title));
        if (content) box.append(element('p', '', content));
        const field = input ? element('input', 'dialog-input') : null;
        if (field) {
          field.placeholder = placeholder;
          field.setAttribute('aria-label', title || content || 'Input');
          box.append(field);
        }
        const buttons = element('div', 'dialog-buttons');
        const answer = (accepted) => finish({ ok: accepted, value: field ? field.value : undefined });
        if (cancel !== null) {
          const no = element('button', 'dialog-cancel', cancel);
          no.dataset.testid = 'dialog-cancel';
          no.addEventListener('click', () => answer(false));
          buttons.append(no);
        }
        const yes = element('button', 'dialog-ok', ok);
        yes.dataset.testid = 'dialog-ok';
        yes.addEventListener('click', () => answer(true));
        buttons.append(yes);
        box.append(buttons);
      }, 'dialog');
    },

    actionSheet({ title, items, cancel }) {
      return showDialog((box, finish) => {
        box.classList.add('action-sheet');
        if (title) box.append(element('p', '', title));
        items.forEach((item, index) => {
          const choice = element('button', '', item);
          choice.addEventListener('click', () => finish({ index }));
          box.append(choice);
        });
        const no = element('button', 'dialog-cancel', cancel);
        no.addEventListener('click', () => finish({ index: -1 }));
        box.append(no);
      }, 'action-sheet');
    },

    loading(content) {
      loading?.remove();
      loading = null;
      if (content === null) return;
      loading = element('div', 'toast toast-loading');
      loading.setAttribute('role', 'status');
      loading.dataset.testid = 'loading';
      loading.append(element('span', 'spinner'), element('span', '', content || 'Loading…'));
      layer.append(loading);
    },

    clear() {
      hideToast();
      this.loading(null);
      for (const shade of dialogs) shade.remove();
      dialogs.clear();
    },
  };
}
