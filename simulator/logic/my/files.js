/**
 * The file API, for files of the mini program's package.
 */
import { callNative } from '../channel.js';
import { PlatformError, asynchronous } from './call.js';

const ENCODINGS = ['utf8', 'utf-8', 'base64'];

function readFile({ filePath, encoding }) {
  if (typeof filePath !== 'string' || filePath === '')
    throw new PlatformError(2, 'filePath must be a path inside the package');
  if (encoding !== undefined && !ENCODINGS.includes(encoding))
    throw new PlatformError(2, `encoding must be one of ${ENCODINGS.join(', ')}, or absent for an ArrayBuffer`);
  return callNative('readFile', { filePath, encoding: encoding || null }).result;
}

export function fileApi() {
  return { readFile: asynchronous('getFileSystemManager().readFile', readFile) };
}
