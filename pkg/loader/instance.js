// One life of the core.
//
// In: an engine, what to do when the core traps. Out: a promise of the glue's `Core` class. Every way into
// the core, from the loader or from a promise that the core waits for, goes through one guard: after a
// trap the instance is dead, whatever comes late does nothing, and reads of its memory give zeros.

import { createGlue } from 'wallet-checkout-glue';
import { TextDecoder_, TextEncoder_ } from './codec.js';

// What the glue takes for `globalThis`; the mini program's engine may have no such name. An HTML5 host has
// a window, with `fetch`.
const globals = typeof self === 'object' ? self : {};

export function createInstance(engine, onTrap) {
  const glue = createGlue(TextDecoder_, TextEncoder_, globals);
  return engine.instantiate({ './wallet_checkout_bg.js': glue.imports }).then((exports) => {
    glue.imports.__wbg_set_wasm(guarded(exports, onTrap));
    return glue.Core;
  });
}

function guarded(exports, onTrap) {
  let depth = 0;
  let ruins = null;

  const guard = (entry) => function () {
    if (ruins) return undefined;
    depth += 1;
    try {
      return entry.apply(null, arguments);
    } catch (error) {
      if (!ruins) {
        ruins = new ArrayBuffer(exports.memory.buffer.byteLength);
        onTrap(error);
      }
      // The frames between this entry and the outermost one belong to the dead core: unwind them.
      if (depth > 1) throw error;
      return undefined;
    } finally {
      depth -= 1;
    }
  };

  const entries = {
    memory: {
      get buffer() {
        return ruins || exports.memory.buffer;
      },
    },
  };
  Object.keys(exports).forEach((name) => {
    if (typeof exports[name] === 'function') entries[name] = guard(exports[name]);
  });
  return entries;
}
