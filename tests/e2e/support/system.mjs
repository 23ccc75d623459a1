// The whole system as `./build.sh run` starts it, for one test: free ports, a folder of its own.
// In: which sample shop, which wallet. Out: addresses, the merchant's and the wallet's books, and an end that waits
// until every process is gone.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAMS = process.env.PROGRAMS ?? join(ROOT, 'target/debug');
const PORTS = 4;

/** Starts everything and resolves when `ready` is printed. */
export async function startSystem({ catalog = 'coffee', wallet = 'generic-v2', data, env = {} } = {}) {
  const port = await freePorts();
  const folder = data ?? (await mkdtemp(join(tmpdir(), 'wallet-checkout-')));
  const args = ['run', '--port', String(port), '--catalog', catalog, '--wallet', wallet, '--data', folder];
  const child = spawn(join(PROGRAMS, 'xtask'), args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = collect(child);
  const printed = await linesUntilReady(child, said);
  return {
    port,
    folder,
    printed,
    said,
    address: `http://127.0.0.1:${port}`,
    merchant: `http://127.0.0.1:${port + 1}`,
    wallet: `http://127.0.0.1:${port + 2}`,
    admin: `http://127.0.0.1:${port + 3}`,
    child,
    ledger: () => json(`http://127.0.0.1:${port + 2}/_simulator/ledger`),
    order: (id) => merchantBooks(folder, ['orders', 'show', id, '--json']),
    orders: () => merchantBooks(folder, ['orders', 'list', '--json']),
    stop: ({ keepData = false } = {}) => stop(child, keepData || data ? undefined : folder),
  };
}

/** The merchant's books, read from its database file by its own command, beside the running server. */
async function merchantBooks(folder, args) {
  const env = { ...process.env, MERCHANT_SERVER__DATABASE: join(folder, 'merchant-server/merchant-server.db') };
  const config = ['--config', join(ROOT, 'simulator/merchant-server.toml')];
  const { stdout } = await promisify(execFile)(join(PROGRAMS, 'merchant-server'), [...config, ...args], { env });
  return JSON.parse(stdout);
}

async function json(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return response.json();
}

function collect(child) {
  const lines = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  return lines;
}

async function linesUntilReady(child, said) {
  const printed = [];
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line);
    if (line === 'ready') return printed;
  }
  throw new Error(`the system ended before it was ready:\n${[...printed, ...said].join('\n')}`);
}

async function stop(child, folder) {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
  }
  if (folder) await rm(folder, { recursive: true, force: true });
}

/** The first of four ports in a row that nobody listens on. */
async function freePorts() {
  for (let tries = 0; tries < 100; tries += 1) {
    const first = await freePort(0);
    const rest = Array.from({ length: PORTS - 1 }, (_, index) => first + 1 + index);
    const all = await Promise.allSettled(rest.map(freePort));
    if (first + PORTS < 65000 && all.every((result) => result.status === 'fulfilled')) return first;
  }
  throw new Error('there are no four free ports in a row');
}

async function freePort(wanted) {
  const server = createServer();
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
