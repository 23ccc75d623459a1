/**
 * What the compiler found, over the phone's screen.
 */

/**
 * @param {HTMLElement} box
 * @param {{code: string, message: string, file: string, line: number, column: number, lineText?: string}[]} problems
 */
export function showProblems(box, problems) {
  box.hidden = problems.length === 0;
  const title = document.createElement('h2');
  title.textContent =
    problems.length === 1 ? 'One problem in the mini program' : `${problems.length} problems in the mini program`;
  box.replaceChildren(title, ...problems.map(entry));
}

function entry({ code, message, file, line, column, lineText }) {
  const article = document.createElement('article');
  const where = document.createElement('h3');
  where.textContent = line ? `${file}:${line}:${column}` : file;
  const what = document.createElement('p');
  what.textContent = message;
  const rule = document.createElement('small');
  rule.textContent = code;
  article.append(where, what);
  if (lineText && line) {
    const source = document.createElement('pre');
    source.textContent = `${lineText}\n${' '.repeat(Math.max(0, column - 1))}^`;
    article.append(source);
  }
  article.append(rule);
  return article;
}
