import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redact, redactBody } from '../shared/redact.js';
import { formatAmount, parseAmount } from '../web/money.js';

test('amounts are written in their currency, to the unit', () => {
  assert.equal(formatAmount({ currency: 'PHP', value: '129900' }), '₱1,299.00');
  assert.equal(formatAmount({ currency: 'PHP', value: '5' }), '₱0.05');
  assert.equal(formatAmount({ currency: 'JPY', value: '5000' }), '¥5,000');
  assert.equal(formatAmount({ currency: 'PHP', value: '900719925474099299' }), '₱9,007,199,254,740,992.99');
});

test('typed amounts become the smallest unit or nothing', () => {
  assert.equal(parseAmount('1,299.5', 'PHP'), '129950');
  assert.equal(parseAmount('10000', 'JPY'), '10000');
  for (const bad of ['', '0', '-1', '1.234', 'abc', '1e5']) assert.equal(parseAmount(bad, 'PHP'), null, bad);
  assert.equal(parseAmount('1.5', 'JPY'), null);
});

test('secrets are masked at any depth', () => {
  assert.deepEqual(redact({ a: [{ authCode: 'x', Authorization: 'Bearer y' }], sku: 'z' }), {
    a: [{ authCode: '•••(1)', Authorization: '•••(8)' }],
    sku: 'z',
  });
  assert.equal(redactBody('plain', 3), 'pla… (5 characters)');
});
