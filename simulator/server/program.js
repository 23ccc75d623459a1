/**
 * The compiled mini program that the simulator serves, kept up to date while its files change.
 * In: a folder. Out: the newest good compilation, the problems of the newest try, and word of each try.
 */
import { watch } from 'node:fs';
import { resolve } from 'node:path';
import { compile } from '../compile/bundle.js';

const SETTLE_MS = 120;
const IGNORED = /(^|[\\/])(\.[^\\/]*|node_modules)([\\/]|$)|~$|\.swp$/;

export class Program {
  /** @type {import('../compile/bundle.js').Compiled | null} */
  compiled = null;
  /** @type {import('../compile/problems.js').Problem[]} */
  problems = [];
  build = 0;
  #listeners = new Set();
  #watcher = null;
  #timer = null;
  #working = false;
  #again = false;

  /** @param {string} folder */
  constructor(folder) {
    this.root = resolve(folder);
  }

  /** Compiles now; calls that come meanwhile lead to one more run. */
  async refresh() {
    if (this.#working) {
      this.#again = true;
      return;
    }
    this.#working = true;
    do {
      this.#again = false;
      const { compiled, problems } = await compile(this.root);
      this.problems = problems;
      if (compiled) this.compiled = compiled;
      this.build += 1;
      for (const listener of this.#listeners) listener(this);
    } while (this.#again);
    this.#working = false;
  }

  /** @param {(program: Program) => void} listener */
  onBuild(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {(error: Error) => void} onError */
  startWatching(onError) {
    this.#watcher = watch(this.root, { recursive: true }, (event, file) => {
      if (!file || IGNORED.test(file)) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.refresh().catch(onError), SETTLE_MS);
    });
    this.#watcher.on('error', onError);
  }

  stopWatching() {
    clearTimeout(this.#timer);
    this.#watcher?.close();
  }
}
