/**
 * The Studio parses JavaScript up to ES2018 and refuses what is newer. So do we, with file and position,
 * for the program's own files and for the npm modules it bundles.
 */
import { parse } from 'acorn';

/**
 * @param {string} text
 * @param {string} file
 * @returns {import('./problems.js').Problem | null}
 */
export function checkEs2018(text, file) {
  const problem = tryParse(text, 'script') && tryParse(text, 'module');
  if (!problem) return null;
  const { line, column } = problem.loc;
  const newer = isNewer(text);
  return {
    code: newer ? 'js-newer-than-es2018' : 'js-syntax',
    message: newer ? `syntax newer than ES2018, which the platform's tools refuse: ${plain(problem)}` : plain(problem),
    file,
    line,
    column: column + 1,
    lineText: text.split('\n')[line - 1] || '',
  };
}

function tryParse(text, sourceType, ecmaVersion = 2018) {
  try {
    parse(text, { ecmaVersion, sourceType, allowReturnOutsideFunction: sourceType === 'script', allowHashBang: true });
    return null;
  } catch (error) {
    if (!error.loc) throw error;
    return error;
  }
}

function isNewer(text) {
  return !tryParse(text, 'script', 'latest') || !tryParse(text, 'module', 'latest');
}

function plain(error) {
  return error.message.replace(/ \(\d+:\d+\)$/, '');
}
