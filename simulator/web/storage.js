/**
 * The mini program's storage, one for each customer, kept in the tester's browser.
 */

const PREFIX = 'platform-simulator.storage.';

/** @param {() => string} customerId */
export function makeStorage(customerId) {
  const name = () => PREFIX + customerId();

  function read() {
    try {
      return JSON.parse(localStorage.getItem(name()) || '{}');
    } catch {
      return {};
    }
  }

  return {
    read,
    /** `key` null clears; `json` null removes. */
    write(key, json) {
      const entries = key === null ? {} : read();
      if (key !== null && json !== null) entries[key] = json;
      else if (key !== null) delete entries[key];
      localStorage.setItem(name(), JSON.stringify(entries));
    },
    clear: () => localStorage.removeItem(name()),
    size() {
      const entries = Object.entries(read());
      return {
        keys: entries.length,
        characters: entries.reduce((sum, [key, json]) => sum + key.length + json.length, 0),
      };
    },
  };
}
