/**
 * The tester's panel: customer, balances, refusal, life of the program, mode.
 */
import { exampleAmount, formatAmount } from './money.js';

const $ = (id) => document.getElementById(id);

/**
 * @param {{mode: {wasm: boolean, strict: boolean}, currency: string, wallet: any, actions: {restart: () => void, setForeground: (visible: boolean) => void, clearStorage: () => void}}} parts
 */
export function makePanel({ mode, currency, wallet, actions }) {
  $('customer-select').addEventListener('change', ({ target }) => wallet.choose(target.value));
  $('top-up-form').addEventListener('submit', (event) => {
    event.preventDefault();
    topUp(wallet, $('top-up-amount').value.trim(), $('top-up-currency').value);
  });
  $('refuse-next').addEventListener('change', ({ target }) => wallet.refuseNext(target.checked));
  $('kill-reopen').addEventListener('click', () => actions.restart());
  $('background').addEventListener('click', () => actions.setForeground(false));
  $('foreground').addEventListener('click', () => actions.setForeground(true));
  $('clear-storage').addEventListener('click', () => actions.clearStorage());
  modeSwitch($('mode-wasm'), mode.wasm, 'engine', 'no-wasm');
  modeSwitch($('mode-strict'), mode.strict, 'strict', '0');
  wallet.onChange(() => drawCustomer(wallet, currency));

  return {
    setPage({ path, depth }) {
      $('fact-page').textContent = `${path}${depth > 1 ? ` · ${depth} deep` : ''}`;
    },
    setEngine({ running, bytes }) {
      const fact = $('fact-engine');
      const javascript = mode.wasm ? 'JavaScript' : 'JavaScript, no WebAssembly';
      fact.textContent = running ? `WebAssembly, ${Math.max(1, Math.round(bytes / 1024))} KB module` : javascript;
      fact.dataset.engine = running ? 'wasm' : 'javascript';
    },
    setStorage({ keys, characters }) {
      $('fact-storage').textContent =
        keys === 0
          ? 'empty'
          : `${keys} ${keys === 1 ? 'key' : 'keys'}, ${characters < 1024 ? `${characters} B` : `${Math.round(characters / 1024)} KB`}`;
    },
    setForeground(visible) {
      $('background').disabled = !visible;
      $('foreground').disabled = visible;
    },
  };
}

function topUp(wallet, text, currency) {
  const good = wallet.topUp(text, currency);
  const what = text === '' ? 'Type an amount' : `“${text}” can’t be topped up. Type an amount above zero`;
  $('top-up-problem').hidden = good;
  $('top-up-problem').textContent = good
    ? ''
    : `${what} in ${currency}, such as ${exampleAmount(currency)}, at most 12 digits before the point.`;
  $('top-up-amount').setAttribute('aria-invalid', String(!good));
}

/** A mode is part of the page's address, so that a tester can share it. */
function modeSwitch(input, on, name, offValue) {
  input.checked = on;
  input.addEventListener('change', () => {
    const url = new URL(window.location.href);
    if (input.checked) url.searchParams.delete(name);
    else url.searchParams.set(name, offValue);
    window.location.assign(url);
  });
}

function drawCustomer(wallet, homeCurrency) {
  const customers = wallet.customers();
  const current = wallet.current();
  fill(
    $('customer-select'),
    customers.map(({ customerId, name }) => [customerId, name]),
    current && current.customerId,
  );
  $('customer-select').disabled = customers.length === 0;
  $('wallet-message').hidden = wallet.problem() === null;
  $('wallet-message').textContent = wallet.problem() || '';
  const balances = current ? homeFirst(current.balances, homeCurrency) : [];
  $('balances').replaceChildren(...balances.map(balanceItem));
  fill(
    $('top-up-currency'),
    balances.map(({ currency }) => [currency, currency]),
    $('top-up-currency').value,
  );
  for (const control of $('top-up-form').elements) control.disabled = !current;
  $('refuse-next').checked = Boolean(current && current.refuseNextPayment);
  $('refuse-next').disabled = !current;
}

/** The currency of the shop stands first, and is the one that is topped up unless the tester says otherwise. */
function homeFirst(balances, home) {
  return [...balances].sort((one, other) => Number(other.currency === home) - Number(one.currency === home));
}

function balanceItem(balance) {
  const item = document.createElement('li');
  const amount = document.createElement('strong');
  amount.textContent = formatAmount(balance);
  const currency = document.createElement('span');
  currency.textContent = balance.currency;
  item.append(amount, currency);
  item.dataset.testid = `balance-${balance.currency}`;
  return item;
}

function fill(select, entries, chosen) {
  const wanted = entries.map(([value, text]) => `${value}=${text}`).join('|');
  if (select.dataset.entries !== wanted) {
    select.dataset.entries = wanted;
    select.replaceChildren(...entries.map(([value, text]) => new Option(text, value)));
  }
  if (chosen && entries.some(([value]) => value === chosen)) select.value = chosen;
}
