/**
 * The keyboard follows the program's dialogs: focus goes into an element with `aria-role="dialog"` when it
 * appears, and back to where it was when it goes.
 */
const DIALOG = '[role="dialog"]';

/** @param {HTMLElement} root */
export function followDialogs(root) {
  /** @type {{dialog: HTMLElement, before: Element | null}[]} */
  let open = [];
  let last = null;
  root.addEventListener('focusin', ({ target }) => {
    last = target;
  });
  new MutationObserver(() => {
    const gone = open.filter(({ dialog }) => !dialog.isConnected);
    open = open.filter(({ dialog }) => dialog.isConnected);
    for (const { before } of gone) if (before?.isConnected) before.focus({ preventScroll: true });
    for (const dialog of root.querySelectorAll(DIALOG)) {
      if (open.some((each) => each.dialog === dialog)) continue;
      open.push({ dialog, before: last });
      dialog.tabIndex = -1;
      dialog.focus({ preventScroll: true });
    }
  }).observe(root, { childList: true, subtree: true });
}
