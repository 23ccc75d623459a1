/**
 * A wallet that answers what the simulator's page asks, with a cashier page whose buttons report results.
 */
import { bodyOf, listen, sendJson } from './servers.js';

const CASHIER = `<!doctype html><title>Cashier</title><p id="login"></p>
<button data-testid="paid">Pay</button><button data-testid="nonsense">Nonsense</button>
<script>
  document.getElementById('login').textContent = location.hash;
  const report = (resultCode) => window.parent.postMessage({ type: 'wallet-cashier.result', paymentId: 'p1', resultCode }, '*');
  document.querySelector('[data-testid=paid]').onclick = () => report('9000');
  document.querySelector('[data-testid=nonsense]').onclick = () => report(9000);
</script>`;

export async function startWallet() {
  const customers = ['c-ana:Ana Reyes', 'c-ben:Ben Cruz'].map((text) => {
    const [customerId, name] = text.split(':');
    return { customerId, name, balances: [{ currency: 'PHP', value: '5000' }], refuseNextPayment: false };
  });
  const calls = [];
  const server = await listen(async (request, response) => {
    const text = await bodyOf(request);
    const body = text ? JSON.parse(text) : null;
    calls.push(`${request.method} ${request.url}${text ? ` ${text}` : ''}`);
    const [, , , id, action] = request.url.split('/');
    const customer = customers.find(({ customerId }) => customerId === id);
    if (request.url.startsWith('/cashier/')) response.writeHead(200, { 'content-type': 'text/html' }).end(CASHIER);
    else if (request.url === '/_simulator/customers') sendJson(response, 200, { customers });
    else if (request.url === '/_simulator/auth-codes')
      sendJson(response, 200, { authCode: `code-for-${body.customerId}` });
    else if (request.url === '/_simulator/logins')
      sendJson(response, 200, { loginToken: `login-of-${body.customerId}` });
    else if (action === 'top-up') {
      customer.balances[0].value = String(Number(customer.balances[0].value) + Number(body.value));
      sendJson(response, 200, customer);
    } else if (action === 'refuse-next-payment') {
      customer.refuseNextPayment = body.refuse;
      sendJson(response, 200, customer);
    } else sendJson(response, 404, { message: 'there is nothing here' });
  });
  return { ...server, calls };
}
