// The cashier's behaviour. In: the payment as the wallet gives it to whoever is logged in. Out: the
// customer's confirmation, and one message to the platform that opened this page, saying how it ended.
//
// Screens: loading -> open -> result. The wallet decides everything; this page shows it and never guesses:
// when an answer is lost it says so and asks again.
'use strict';

(() => {
  const RESULT = { paid: '9000', cancelled: '6001', failed: '4000', processing: '8000' };
  const TIMEOUT_MS = 12_000;
  const PAID_PAUSE_MS = 1_200;

  const paymentId = location.pathname.split('/').pop();
  const loginToken = new URLSearchParams(location.hash.slice(1)).get('login') ?? '';
  const platformOrigin = document.querySelector('meta[name="platform-origin"]').content;
  const slot = (name) => document.querySelector(`[data-slot="${name}"]`);
  const money = ({ currency, number }) => `${currency}\u00a0${number}`;

  let reported = false;
  let resultCode = RESULT.cancelled;
  let closesAt = 0;
  let authoriseOnly = false;
  let busy = false;

  // ------------------------------------------------------------------------------------- the wallet

  /** The payment, or an error with the wallet's code; `unreachable` when no answer came. */
  async function ask(method, path) {
    const gone = new AbortController();
    const timer = setTimeout(() => gone.abort(), TIMEOUT_MS);
    try {
      const response = await fetch(`/cashier/${encodeURIComponent(paymentId)}/${path}`, {
        method,
        headers: { authorization: `Bearer ${loginToken}` },
        cache: 'no-store',
        signal: gone.signal,
      });
      const body = await response.json();
      return response.ok ? { payment: body } : { error: body.code };
    } catch {
      return { error: 'unreachable' };
    } finally {
      clearTimeout(timer);
    }
  }

  // ------------------------------------------------------------------------------------ the screens

  /** Beside a result the message explains it; above the buttons it asks for something, always in sight. */
  function showMessage(text, tone) {
    const message = slot('message');
    if (tone === 'quiet') slot('main').append(message);
    else slot('actions').prepend(message);
    message.dataset.tone = tone ?? '';
    message.textContent = text;
  }

  function showButtons(...names) {
    for (const name of ['confirm', 'cancel', 'check', 'close']) slot(name).hidden = !names.includes(name);
  }

  function showOpen(payment) {
    const { payer } = payment;
    slot('initial').textContent = [...payment.payee][0]?.toUpperCase() ?? '';
    slot('payee').textContent = payment.payee;
    slot('currency').textContent = payment.amount.currency;
    slot('number').textContent = payment.amount.number;
    slot('number').classList.toggle('long', payment.amount.number.length > 12);
    slot('description').textContent = payment.description;
    slot('description-row').hidden = payment.description === '';
    slot('payer').textContent = payer.name;
    slot('balance').textContent = money(payer.balance);
    slot('balance-row').classList.toggle('lacking', !payer.hasEnough);
    authoriseOnly = payment.authoriseOnly;
    slot('label').textContent = authoriseOnly ? 'You are authorising' : 'You are paying';
    slot('charge-row').hidden = !authoriseOnly;
    slot('confirm-text').textContent = `${authoriseOnly ? 'Authorise' : 'Pay'} ${money(payment.amount)}`;
    closesAt = Date.now() + payment.closesIn;
    document.body.dataset.screen = 'open';
    resultCode = RESULT.cancelled;
    showButtons('confirm', 'cancel');
    showTimer();
  }

  function showLack(payment) {
    showOpen(payment);
    showMessage(`Not enough balance\nYou have ${money(payment.payer.balance)}. Top up and try again.`, 'bad');
    slot('confirm-text').textContent = 'Try again';
  }

  function showResult({ icon, title, text, tone, code, amount, buttons }) {
    document.body.dataset.screen = 'result';
    document.body.dataset.icon = icon;
    slot('title').textContent = title;
    slot('result-amount').textContent = amount ?? '';
    resultCode = code;
    showMessage(text, tone ?? 'quiet');
    showButtons(...(buttons ?? ['close']));
    slot('close').classList.toggle('plain', buttons?.includes('check') ?? false);
    slot('title').focus();
  }

  function show(payment) {
    const paid = `${money(payment.amount)} to ${payment.payee}`;
    switch (payment.status) {
      case 'open':
        showMessage('');
        showOpen(payment);
        break;
      case 'authorised':
        showResult({ icon: 'done', title: 'Authorised', amount: paid, text: 'You will be charged when the shop delivers.', code: RESULT.paid });
        setTimeout(close, PAID_PAUSE_MS);
        break;
      case 'authorised_by_another':
        showResult({ icon: 'done', title: 'Already authorised', amount: paid, text: 'Somebody else has authorised this order. Nothing is held or taken from you.', code: RESULT.paid });
        break;
      case 'paid':
        showResult({ icon: 'done', title: 'Paid', amount: paid, text: 'Taking you back to the shop.', code: RESULT.paid });
        setTimeout(close, PAID_PAUSE_MS);
        break;
      case 'paid_by_another':
        showResult({ icon: 'done', title: 'Already paid', amount: paid, text: 'Somebody else has paid this order. Nothing was taken from you.', code: RESULT.paid });
        break;
      case 'refused':
        showResult({ icon: 'bad', title: 'Payment refused', amount: paid, text: 'The wallet refused this payment and nothing was taken. You can pay again from the shop.', code: RESULT.failed });
        break;
      case 'expired':
        showResult({ icon: 'time', title: 'Time is up', amount: paid, text: 'This payment was open for too long and has closed. Nothing was taken.', code: RESULT.failed });
        break;
      case 'cancelled':
        showResult({ icon: 'bad', title: 'Payment cancelled', amount: paid, text: 'This payment was cancelled by the shop. You keep your money.', code: RESULT.failed });
        break;
      default:
        showError('unreachable');
    }
  }

  function showError(error) {
    switch (error) {
      case 'login_required':
        showResult({ icon: 'ask', title: 'Please log in', text: 'The wallet doesn’t know who is paying. Close this page and open it from the shop again.', code: RESULT.cancelled });
        break;
      case 'unknown_payment':
        showResult({ icon: 'bad', title: 'No such payment', text: 'The wallet doesn’t know this payment. Close this page and try again from the shop.', code: RESULT.failed });
        break;
      default:
        showResult({ icon: 'ask', title: 'No connection', text: 'The wallet can’t be reached. If you were paying, it may have worked: check before you pay again.', code: RESULT.processing, buttons: ['check', 'close'] });
    }
  }

  function showTimer() {
    const seconds = Math.max(0, Math.ceil((closesAt - Date.now()) / 1000));
    const two = (number) => String(number).padStart(2, '0');
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor(seconds / 60) % 60;
    slot('timer').textContent = `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
    return seconds;
  }

  // ------------------------------------------------------------------------------------ the actions

  /** One request at a time: a second click while one is under way does nothing. */
  async function exclusively(button, work) {
    if (busy) return;
    busy = true;
    const buttons = document.querySelectorAll('button');
    for (const each of buttons) each.disabled = true;
    button?.setAttribute('aria-busy', 'true');
    await work();
    button?.removeAttribute('aria-busy');
    for (const each of buttons) each.disabled = false;
    busy = false;
  }

  const load = (button) => exclusively(button, async () => {
    const { payment, error } = await ask('GET', 'payment');
    if (payment) show(payment);
    else showError(error);
  });

  const confirm = () => exclusively(slot('confirm'), async () => {
    slot('confirm-text').textContent = authoriseOnly ? 'Authorising…' : 'Paying…';
    showMessage('');
    const { payment, error } = await ask('POST', 'confirm');
    if (!payment) showError(error);
    else if (payment.status === 'open') showLack(payment);
    else show(payment);
  });

  /** Tells the platform how it ended, once. */
  function close() {
    if (reported) return;
    reported = true;
    showButtons();
    if (platformOrigin !== '' && window.parent !== window) {
      window.parent.postMessage({ type: 'wallet-cashier.result', paymentId, resultCode }, platformOrigin);
    } else {
      showMessage('You can close this page and go back to the shop.', 'quiet');
    }
  }

  slot('confirm').addEventListener('click', confirm);
  slot('check').addEventListener('click', () => load(slot('check')));
  slot('cancel').addEventListener('click', close);
  slot('close').addEventListener('click', close);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !busy && document.body.dataset.screen !== 'loading') close();
  });
  setInterval(() => {
    if (document.body.dataset.screen === 'open' && !busy && !reported && showTimer() === 0) load();
  }, 1_000);

  showButtons();
  load();
})();
