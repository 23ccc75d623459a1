/**
 * The wallet simulator, as the panel and the JSAPI use it: who is signed in, balances, codes.
 */
import { parseAmount } from './money.js';

const CHOSEN = 'platform-simulator.customer';
const RETRY_MS = 2000;

/** @param {any} log */
export function makeWallet(log) {
  let customers = [];
  let chosen = localStorage.getItem(CHOSEN) || '';
  let problem = null;
  let retry = 0;
  const changed = new Set();
  const switched = new Set();

  async function call(method, path, body) {
    const response = await fetch(`/_platform/wallet/${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    const answer = await response.json().catch(() => ({ message: 'the answer is not JSON' }));
    if (!response.ok)
      throw new Error(
        answer.message || answer.detail || answer.title || `the wallet simulator answered ${response.status}`,
      );
    return answer;
  }

  const tell = () => {
    for (const listener of changed) listener();
  };
  const mine = (path) => `customers/${encodeURIComponent(chosen)}/${path}`;

  /** Runs a tester's action and shows what became of it. */
  async function act(what, run) {
    try {
      await run();
      log.add('note', what);
    } catch (error) {
      log.add('error', `${what}: ${error.message}`);
    }
    await refresh();
  }

  /** Says who holds the phone; when that fails, the panel finds out whether the wallet simulator is there at all. */
  async function identify(path) {
    try {
      return await call('POST', path, { customerId: chosen });
    } catch (error) {
      void refresh();
      throw error;
    }
  }

  /** Asks again by itself while the wallet simulator does not answer. */
  async function refresh() {
    const before = chosen;
    clearTimeout(retry);
    try {
      ({ customers } = await call('GET', 'customers'));
      problem = null;
      if (!customers.some(({ customerId }) => customerId === chosen))
        chosen = customers.length ? customers[0].customerId : '';
    } catch (error) {
      problem = error.message;
      retry = setTimeout(refresh, RETRY_MS);
    }
    tell();
    if (chosen !== before) for (const listener of switched) listener();
  }

  return {
    refresh,
    customers: () => customers,
    current: () => customers.find(({ customerId }) => customerId === chosen) || null,
    customerId: () => chosen || 'nobody',
    problem: () => problem,
    onChange: (listener) => changed.add(listener),
    onCustomer: (listener) => switched.add(listener),
    choose(customerId) {
      chosen = customerId;
      localStorage.setItem(CHOSEN, chosen);
      tell();
      for (const listener of switched) listener();
    },
    /** False when the text is not an amount. */
    topUp: (text, currency) => {
      const value = parseAmount(text, currency);
      if (value === null) return false;
      act(`Topped up ${currency} ${text}`, () => call('POST', mine('top-up'), { currency, value }));
      return true;
    },
    refuseNext: (refuse) =>
      act(refuse ? 'The next payment will be refused' : 'The next payment will not be refused', () =>
        call('POST', mine('refuse-next-payment'), { refuse }),
      ),
    authCode: async () => (await identify('auth-codes')).authCode,
    login: async () => (await identify('logins')).loginToken,
  };
}
