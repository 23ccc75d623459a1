// The OpenAPI documents against the running servers: schemathesis makes requests from them, valid and invalid, and
// judges the answers by them. In: SCHEMATHESIS, the program. What it can't know is in hooks.py.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startSystem } from '../e2e/support/system.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const OPERATOR_TOKEN = '0123456789abcdef0123456789abcdef';
const LINKED_CALLS_THAT_MUST_SUCCEED = 0.6;

describe('the HTTP interfaces keep their documents', () => {
  let system;
  let folder;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wallet-checkout-api-'));
    const token = join(folder, 'operator-token');
    await writeFile(token, OPERATOR_TOKEN, { mode: 0o600 });
    const env = {
      MERCHANT_SERVER__OPERATORS__MARIA__TOKEN_FILE: token,
      MERCHANT_SERVER__OPERATORS__MARIA__SCOPES: '["read", "refund", "fulfil"]',
    };
    // It asks more often than any shopper.
    for (const who of ['ADDRESS', 'SESSIONS', 'CUSTOMER']) {
      env[`MERCHANT_SERVER__LIMITS__${who}`] = '{ per_minute = 10000000, burst = 10000000 }';
    }
    system = await startSystem({ env });
  });
  after(async () => {
    await system.stop();
    await rm(folder, { recursive: true });
  });

  it('on the public listener', () => keepsItsDocument(system.merchant));

  it('on the public listener, along its links', async () => {
    // An attempt that isn't the order's is 404 like an order that isn't the customer's; this check takes it for the order.
    const without = ['--exclude-checks', 'ensure_resource_availability'];
    const args = ['--phases', 'stateful', '--mode', 'positive', '-n', '40', ...without];
    const calls = await schemathesis(system.merchant, args);
    assert.ok(calls.length > 100, `${calls.length} calls`);
    const done = calls.filter((call) => call.status < 300).length;
    const share = done / calls.length;
    console.log(`${done} of ${calls.length} linked calls succeeded (${Math.round(share * 100)} %)`);
    assert.ok(share >= LINKED_CALLS_THAT_MUST_SUCCEED, `only ${share}`);
    const reached = new Set(calls.filter((call) => call.status < 300).map((call) => call.operation));
    for (const operation of ['POST /shop/v1/quotes', 'POST /shop/v1/orders', 'GET /shop/v1/orders/{order}']) {
      assert.ok(reached.has(operation), `${operation} never succeeded: ${[...reached]}`);
    }
  });

  it("on the operators' listener", () => keepsItsDocument(system.admin, { OPERATOR_TOKEN }));

  async function keepsItsDocument(address, env = {}) {
    const calls = await schemathesis(address, ['--phases', 'coverage,fuzzing', '-n', '20'], env);
    assert.ok(calls.length > 100, `${calls.length} calls`);
    assert.deepEqual(calls.filter((call) => call.status >= 500), []);
  }

  /** Runs it; fails with its report when it finds something. Out: what was called and answered. */
  async function schemathesis(address, args, env = {}) {
    const reports = await mkdtemp(join(folder, 'report-'));
    const always = ['--generation-deterministic', '--no-color', '--warnings', 'off', '--report', 'ndjson'];
    const command = ['run', `${address}/openapi.json`, ...args, ...always, '--report-dir', reports];
    const addresses = { SHOP: system.merchant, WALLET: system.wallet, SCHEMATHESIS_HOOKS: 'hooks', PYTHONPATH: HERE };
    await run(process.env.SCHEMATHESIS, command, { cwd: reports, env: { ...process.env, ...addresses, ...env } });
    return callsOf(join(reports, (await readdir(reports)).find((name) => name.endsWith('.ndjson'))));
  }
});

function run(program, args, options) {
  return new Promise((resolve, reject) => {
    execFile(program, args, { ...options, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.join(' ')}\n${stdout}\n${stderr}`));
      else resolve(stdout);
    });
  });
}

/** Every call of a report, with the status of its answer. */
async function callsOf(file) {
  const events = (await readFile(file, 'utf8')).split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return events
    .flatMap((event) => (event.ScenarioFinished ? [event.ScenarioFinished.recorder] : []))
    .flatMap(({ cases, interactions }) =>
      Object.entries(cases).flatMap(([id, { value }]) => {
        const status = interactions?.[id]?.response?.status_code;
        return status ? [{ operation: `${value.method} ${value.path}`, status }] : [];
      }),
    );
}
