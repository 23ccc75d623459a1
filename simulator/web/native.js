/**
 * What the Worker can't do itself and asks the wallet app for: network, auth codes, cashier, dialogs, files.
 */

class Refusal extends Error {
  constructor(error, errorMessage) {
    super(errorMessage);
    this.answer = { error, errorMessage };
  }
}

/**
 * @param {{config: any, wallet: any, feedback: any, cashier: any, log: any}} parts
 */
export function makeNative({ config, wallet, feedback, cashier, log }) {
  const requests = new Map();

  async function request(args, id) {
    const started = performance.now();
    const controller = new AbortController();
    requests.set(id, controller);
    let answer;
    try {
      const response = await fetch('/_platform/request', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(args),
        signal: controller.signal,
      });
      answer = await response.json();
      if (!response.ok) answer = { error: 12, errorMessage: answer.message };
    } catch (error) {
      answer =
        error.name === 'AbortError'
          ? { error: 20, errorMessage: 'the request was aborted' }
          : { error: 12, errorMessage: 'the simulator does not answer' };
    } finally {
      requests.delete(id);
    }
    const status = answer.status || (answer.error === 13 ? 'timeout' : answer.error === 20 ? 'aborted' : 'failed');
    const why = answer.error === undefined ? '' : `  ${answer.errorMessage} (error ${answer.error})`;
    log.add('request', `${args.method} ${shortUrl(args.url)}  ${status}${why}`, {
      ms: performance.now() - started,
      // The program, or the tester who killed it, wanted an abort: nothing went wrong.
      bad: answer.error !== undefined && answer.error !== 20,
    });
    if (answer.error !== undefined) throw new Refusal(answer.error, answer.errorMessage);
    return answer;
  }

  async function tradePay({ paymentUrl, tradeNO, orderStr }) {
    if (orderStr !== undefined) throw new Refusal(3, 'this wallet has no signed order strings; pass paymentUrl');
    const address = paymentUrl || `${config.wallet}/cashier/${encodeURIComponent(tradeNO)}`;
    const url = readUrl(address);
    if (!url) throw new Refusal(2, 'paymentUrl is not an address');
    // A login goes to the wallet's own pages only.
    if (!config.cashiers.includes(url.origin))
      throw new Refusal(4, `${url.origin} is not a cashier of this wallet (${config.cashiers.join(', ')})`);
    const loginToken = await wallet.login().catch((error) => {
      throw new Refusal(3, error.message);
    });
    log.add('call', `my.tradePay: cashier ${url.origin}${url.pathname} opens`);
    url.hash = `login=${loginToken}`;
    const resultCode = await cashier.open(url);
    wallet.refresh();
    return { resultCode };
  }

  async function getAuthCode({ scopes }) {
    const authCode = await wallet.authCode().catch((error) => {
      throw new Refusal(3, error.message);
    });
    return { authCode, authSuccessScopes: scopes, authErrorScopes: {} };
  }

  async function readFile({ filePath, encoding }) {
    const path = filePath
      .replace(/^(\.?\/)+/, '')
      .split('/')
      .map(encodeURIComponent)
      .join('/');
    const response = await fetch(`/_platform/package/${path}`);
    if (!response.ok) throw new Refusal(10022, (await response.json()).message);
    const bytes = await response.arrayBuffer();
    if (encoding === null) return { data: bytes };
    if (encoding === 'base64')
      return { data: btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('')) };
    return { data: new TextDecoder().decode(bytes) };
  }

  const handlers = {
    request,
    tradePay,
    getAuthCode,
    readFile,
    getSiteInfo: async () => ({ siteName: config.siteName }),
    toast: (args) => feedback.toast(args),
    dialog: (args) => feedback.dialog(args),
    actionSheet: (args) => feedback.actionSheet(args),
    setClipboard: async ({ text }) => {
      await navigator.clipboard.writeText(text);
      return {};
    },
  };

  return {
    call: (id, name, args) => handlers[name](args, id),
    abort: (id) => requests.get(id)?.abort(),
    abortAll: () => {
      for (const controller of requests.values()) controller.abort();
    },
  };
}

function readUrl(text) {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function shortUrl(url) {
  const parsed = readUrl(url);
  return parsed ? parsed.pathname + parsed.search : url;
}
