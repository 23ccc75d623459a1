/**
 * Command line of the platform simulator. In: argv. Out: options, or one sentence that says what is wrong.
 */
import { parseArgs } from 'node:util';

export const USAGE = `usage: node simulator/server.mjs --port N --merchant ORIGIN --wallet ORIGIN --miniprogram DIR [options]

  --port N            port on 127.0.0.1 (0: any free one)
  --merchant ORIGIN   merchant server; my.request may call it
  --wallet ORIGIN     wallet simulator: customers, auth codes, cashier
  --miniprogram DIR   folder with app.json
  --allow ORIGIN      a further origin that my.request may call (repeatable)
  --cashier ORIGIN    a further origin that tradePay may open (repeatable)
  --site-name NAME    what my.getSiteInfo answers (default GCASH)
  --currency CODE     balance that the panel shows first and tops up (default PHP)
  --launch-query Q    query that the program is launched with, such as from=home (default: none)
  --no-watch          don't recompile on change`;

/**
 * @param {string[]} argv
 * @returns {{options: Options} | {problem: string}}
 * @typedef {{port: number, merchant: string, wallet: string, miniprogram: string, allow: string[], cashiers: string[], siteName: string, currency: string, launchQuery: string, watch: boolean}} Options
 */
export function readOptions(argv) {
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        port: { type: 'string' },
        merchant: { type: 'string' },
        wallet: { type: 'string' },
        miniprogram: { type: 'string' },
        allow: { type: 'string', multiple: true, default: [] },
        cashier: { type: 'string', multiple: true, default: [] },
        'site-name': { type: 'string', default: 'GCASH' },
        currency: { type: 'string', default: 'PHP' },
        'launch-query': { type: 'string', default: '' },
        'no-watch': { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return { problem: error.message };
  }
  for (const name of ['port', 'merchant', 'wallet', 'miniprogram']) {
    if (!values[name]) return { problem: `--${name} is missing` };
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    return { problem: `--port must be a number from 0 to 65535, not ${values.port}` };
  if (!/^[A-Z]{3}$/.test(values.currency))
    return { problem: `--currency must be a code such as PHP, not ${values.currency}` };
  for (const [name, list] of Object.entries({
    merchant: [values.merchant],
    wallet: [values.wallet],
    allow: values.allow,
    cashier: values.cashier,
  })) {
    const wrong = list.find((origin) => originOf(origin) === null);
    if (wrong !== undefined)
      return { problem: `--${name} must be an origin such as http://127.0.0.1:8701, not ${wrong}` };
  }
  return {
    options: {
      port,
      merchant: originOf(values.merchant),
      wallet: originOf(values.wallet),
      miniprogram: values.miniprogram,
      allow: [originOf(values.merchant), ...values.allow.map(originOf)],
      cashiers: [originOf(values.wallet), ...values.cashier.map(originOf)],
      siteName: values['site-name'],
      currency: values.currency,
      launchQuery: values['launch-query'],
      watch: !values['no-watch'],
    },
  };
}

/** Origin of an http(s) address; null for anything else. */
export function originOf(text) {
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin : null;
  } catch {
    return null;
  }
}
