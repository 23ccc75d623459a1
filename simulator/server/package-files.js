/**
 * Files of the mini program's package: for images, and for the program's own file API.
 * A path never leads out of the package, and `.wasm` only counts as packed when mini.project.json says so.
 */
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, posix, sep } from 'node:path';

const TYPES = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

export class NotInPackage extends Error {}

/**
 * @param {string} root
 * @param {string} path as the program wrote it, absolute or relative to the package
 * @param {string[]} assetsInclude patterns of mini.project.json
 */
export async function readPackageFile(root, path, assetsInclude) {
  const normal = posix.normalize(`/${path}`).slice(1);
  const hidden = path.split('/').some((part) => (part.startsWith('.') && part !== '.') || part === 'node_modules');
  if (!normal || hidden || path.includes('\0') || path.includes('\\')) {
    throw new NotInPackage(`${path} is not a file of the package`);
  }
  if (extname(normal) === '.wasm' && !assetsInclude.some((pattern) => globToRegExp(pattern).test(normal))) {
    throw new NotInPackage(`${normal} would not be packed: add "**/*.wasm" to assetsInclude in mini.project.json`);
  }
  let file;
  try {
    file = await realpath(join(root, normal));
  } catch {
    throw new NotInPackage(`${normal} is not in the package`);
  }
  if (!file.startsWith((await realpath(root)) + sep)) throw new NotInPackage(`${normal} leads out of the package`);
  try {
    return { bytes: await readFile(file), type: TYPES[extname(normal).toLowerCase()] || 'application/octet-stream' };
  } catch (error) {
    if (error.code === 'EISDIR') throw new NotInPackage(`${normal} is a folder`);
    throw error;
  }
}

function globToRegExp(pattern) {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (token) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[token]);
  return new RegExp(`^${source}$`);
}
