/**
 * What the compiler has to say about a mini program: one `Problem` per finding, with file and position.
 * In: messages of the AXML compiler, of esbuild, of our own lint. Out: problems that the terminal and the
 * page print alike.
 */

/**
 * @typedef {object} Problem
 * @property {string} code stable name of the rule, `axml-syntax`, `unknown-tag`
 * @property {string} message one sentence: what is wrong and what to do
 * @property {string} file path inside the mini program (or of the npm module), `/` separators
 * @property {number} line 1-based; 0 when the whole file is meant
 * @property {number} column 1-based; 0 when the whole file is meant
 * @property {string} [lineText] the source line
 */

/** Turns an index into a text into a 1-based line and column. */
export function positionAt(text, index) {
  const before = text.slice(0, Math.max(0, Math.min(index, text.length)));
  const line = before.split('\n').length;
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = text.indexOf('\n', lineStart);
  return {
    line,
    column: before.length - lineStart + 1,
    lineText: text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd),
  };
}

/** Makes a problem at an index of a source text. */
export function problemAt(code, message, file, text, index) {
  return { code, message, file, ...positionAt(text, index) };
}

/** Makes a problem that concerns a whole file. */
export function problemOf(code, message, file) {
  return { code, message, file, line: 0, column: 0 };
}

/** Problem -> esbuild's message, so that plug-in findings and bundler findings arrive in one list. */
export function toMessage(problem) {
  return {
    text: problem.message,
    detail: problem,
    location: {
      file: problem.file,
      line: problem.line,
      column: Math.max(0, problem.column - 1),
      lineText: problem.lineText || '',
    },
  };
}

const HINT = 'the package is not built or not installed: run ./build.sh build';

/** esbuild's message -> problem; an unresolved package gets the hint what to do. */
export function fromMessage(message, relative) {
  if (message.detail && message.detail.code) return message.detail;
  const at = message.location;
  const unresolved = /^Could not resolve "([^"]+)"/.exec(message.text);
  const isPackage = unresolved && !/^[./]/.test(unresolved[1]);
  const fromPackage = unresolved && at && /(^|\/)(node_modules|pkg)\//.test(at.file);
  return {
    code: isPackage || fromPackage ? 'missing-package' : unresolved ? 'missing-file' : 'js-syntax',
    message: isPackage || fromPackage ? `${message.text}; ${HINT}` : message.text,
    file: at ? relative(at.file) : '',
    line: at ? at.line : 0,
    column: at ? at.column + 1 : 0,
    lineText: at ? at.lineText : '',
  };
}

/** One problem as the terminal shows it. */
export function formatProblem(problem) {
  const where = problem.line ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  const head = `${where}  ${problem.code}\n    ${problem.message.replace(/\n/g, '\n    ')}`;
  if (!problem.lineText || !problem.line) return head;
  const text = problem.lineText.slice(0, 160);
  const caret = ' '.repeat(Math.max(0, Math.min(problem.column - 1, text.length))) + '^';
  return `${head}\n      | ${text}\n      | ${caret}`;
}
