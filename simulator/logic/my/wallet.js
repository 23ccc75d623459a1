/**
 * The wallet's own part of the JSAPI: who the customer is, which wallet this is, and the cashier.
 */
import { callNative } from '../channel.js';
import { PlatformError } from './call.js';

const ARGUMENTS = ['paymentUrl', 'tradeNO', 'orderStr'];

function tradePay(options) {
  const given = ARGUMENTS.filter(
    (name) => options[name] !== undefined && options[name] !== null && options[name] !== '',
  );
  if (given.length !== 1)
    throw new PlatformError(
      2,
      `tradePay takes exactly one of ${ARGUMENTS.join(', ')}, got ${given.length ? given.join(', ') : 'none'}`,
    );
  const [name] = given;
  if (typeof options[name] !== 'string') throw new PlatformError(2, `${name} must be a text`);
  return callNative('tradePay', { [name]: options[name] }).result;
}

function getAuthCode({ scopes = ['auth_base'] }) {
  const list = Array.isArray(scopes) ? scopes : [scopes];
  if (list.length === 0 || list.some((scope) => typeof scope !== 'string'))
    throw new PlatformError(2, 'scopes must be a list of texts');
  return callNative('getAuthCode', { scopes: list }).result;
}

function getSiteInfo() {
  return callNative('getSiteInfo', {}).result;
}

export function walletApi() {
  return { async: { tradePay, getAuthCode, getSiteInfo } };
}
