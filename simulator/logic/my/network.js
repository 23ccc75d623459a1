/**
 * my.request: read and encoded here, sent by the shell through the simulator's own process.
 */
import { callNative, post } from '../channel.js';
import { readRequestOptions } from '../../shared/request-options.js';
import { PlatformError, settle } from './call.js';

export function networkApi() {
  return (options = {}) => {
    const read = readRequestOptions(options);
    if ('error' in read) {
      return settle('request', options, () => {
        throw new PlatformError(read.error, read.errorMessage);
      });
    }
    const { id, result } = callNative('request', read.request);
    const task = settle('request', options, () => result, null);
    task.abort = () => post({ t: 'abort', id });
    return task;
  };
}
