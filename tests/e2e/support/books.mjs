// The three books about one order: what the page says, what the merchant's database says, what the
// wallet's ledger says.

import assert from 'node:assert/strict';

/** The newest order with all its attempts, as the merchant's database has it. */
export async function newestOrder(system) {
  const orders = await system.orders();
  assert.ok(orders.length > 0, 'the merchant has no order');
  return system.order(orders[0].orderId);
}

/** The wallet's payments for the merchant's attempts, in the attempts' order. */
export async function paymentsOf(system, order) {
  const { payments } = await system.ledger();
  return order.attempts.map((attempt) => {
    const found = payments.filter((payment) => payment.paymentRequestId === attempt.paymentRequestId);
    assert.equal(found.length, 1, `the wallet has one payment for ${attempt.paymentRequestId}`);
    return found[0];
  });
}

/** Paid, once, the same amount in all three books; and the wallet's entries sum to zero. */
export async function assertPaidOnce(shopper, system, { lines, attempts = 1 }) {
  await shopper.reaches('paid');
  const order = await newestOrder(system);
  const payments = await paymentsOf(system, order);
  assert.equal(order.status, 'paid');
  assert.equal(order.attempts.length, attempts);
  assert.deepEqual(order.lines.map(({ sku, quantity }) => ({ sku, quantity })), lines);
  assert.deepEqual(
    order.attempts.map((attempt) => attempt.status),
    [...Array(attempts - 1).fill('failed'), 'succeeded'],
  );
  const paid = payments.filter((payment) => payment.status === 'SUCCESS');
  assert.equal(paid.length, 1, 'the wallet took money exactly once');
  assert.deepEqual(paid[0].amount, { currency: order.currency.code, value: order.total });
  assert.equal(await shopper.text('total'), spoken(order.currency, order.total));
  await assertLedgerSumsToZero(system);
  return { order, payments };
}

export async function assertLedgerSumsToZero(system) {
  const sums = new Map();
  for (const { currency, value } of (await system.ledger()).entries) {
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(value));
  }
  for (const [currency, sum] of sums) assert.equal(sum, 0n, `entries in ${currency} sum to zero`);
}

/** An amount as a person reads it; written here a second time on purpose, as the expected value. */
export function spoken({ symbol, exponent }, minorUnits) {
  const digits = minorUnits.padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent).replace(/\B(?=(\d{3})+$)/g, ',');
  return exponent ? `${symbol}${whole}.${digits.slice(-exponent)}` : `${symbol}${whole}`;
}
