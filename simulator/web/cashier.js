/**
 * The sheet with the wallet's cashier. A result counts only when it comes from the very frame that was opened,
 * from the cashier's origin; closing the sheet by its own button is the shopper leaving (6001).
 */

const RESULT_CODES = new Set(['9000', '8000', '6001', '6002', '6004', '4000', '99', '4']);

/**
 * @param {{sheet: HTMLElement, body: HTMLElement, behind: HTMLElement[], closeButton: HTMLElement, log: any}} parts
 *   `behind`: what the keyboard must not reach while the sheet is open
 */
export function makeCashier({ sheet, body, behind, closeButton, log }) {
  let open = null;

  function close(resultCode) {
    if (!open) return;
    const { resolve, returnFocus } = open;
    open = null;
    sheet.hidden = true;
    for (const part of behind) part.inert = false;
    body.replaceChildren();
    if (returnFocus && returnFocus.isConnected) returnFocus.focus();
    if (resultCode) resolve(resultCode);
  }

  closeButton.addEventListener('click', () => close('6001'));
  sheet.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close('6001');
  });

  window.addEventListener('message', (event) => {
    const data = event.data;
    if (!data || typeof data !== 'object' || data.type !== 'wallet-cashier.result') return;
    if (!open || event.source !== open.frame.contentWindow || event.origin !== open.origin) {
      log.add('warning', `A cashier result from ${event.origin} was ignored: it does not come from the open cashier`);
      return;
    }
    if (typeof data.paymentId !== 'string' || !RESULT_CODES.has(data.resultCode)) {
      log.add('error', `The cashier sent a result that makes no sense: ${JSON.stringify(data).slice(0, 200)}`);
      return;
    }
    close(data.resultCode);
  });

  return {
    /**
     * @param {URL} url
     * @returns {Promise<string>} the result code
     */
    open(url) {
      if (open)
        return Promise.reject(
          Object.assign(new Error('a cashier is open already'), {
            answer: { error: 3, errorMessage: 'a cashier is open already' },
          }),
        );
      const frame = document.createElement('iframe');
      frame.title = 'Wallet cashier';
      frame.dataset.testid = 'cashier-frame';
      frame.setAttribute('sandbox', 'allow-scripts allow-forms allow-same-origin');
      frame.referrerPolicy = 'no-referrer';
      return new Promise((resolve) => {
        open = { resolve, frame, origin: url.origin, returnFocus: document.activeElement };
        frame.src = url.href;
        body.replaceChildren(frame);
        for (const part of behind) part.inert = true;
        sheet.hidden = false;
        sheet.focus();
      });
    },
    /** The program was killed: nobody waits for a result any more. */
    drop: () => close(null),
  };
}
