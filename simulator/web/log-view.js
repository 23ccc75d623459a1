/**
 * The live log: newest at the bottom, filtered by subject, bounded.
 */

const KEEP = 1000;
const KINDS = {
  call: 'my',
  request: 'net',
  life: 'life',
  console: 'log',
  warning: 'warn',
  error: 'error',
  note: 'sim',
};
const FILTERS = [
  ['all', 'All', null],
  ['calls', 'my.*', ['call']],
  ['requests', 'Requests', ['request']],
  ['life', 'Life cycle', ['life', 'note']],
  ['console', 'Console', ['console', 'warning', 'error']],
  ['errors', 'Errors', ['error', 'warning']],
];

export function makeLog() {
  const list = document.getElementById('log');
  const bar = document.getElementById('log-filter');
  let shown = null;
  let errors = 0;

  const apply = (row) => {
    row.hidden = shown !== null && !shown.includes(row.dataset.kind);
  };
  const buttons = FILTERS.map(([id, label, kinds]) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.dataset.testid = `log-${id}`;
    button.setAttribute('aria-pressed', String(kinds === null));
    button.addEventListener('click', () => {
      shown = kinds;
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      for (const row of list.children) apply(row);
      list.scrollTop = list.scrollHeight;
    });
    return button;
  });
  bar.append(...buttons);
  const errorButton = buttons[buttons.length - 1];

  document.getElementById('log-clear').addEventListener('click', () => {
    list.replaceChildren();
    errors = 0;
    errorButton.textContent = 'Errors';
  });

  return {
    /**
     * @param {keyof KINDS} kind
     * @param {string} text
     * @param {{ms?: number, bad?: boolean}} [detail]
     */
    add(kind, text, detail = {}) {
      const follow = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
      const row = makeRow(kind, text, detail || {});
      apply(row);
      list.append(row);
      while (list.children.length > KEEP) list.firstChild.remove();
      if (kind === 'error') errorButton.textContent = `Errors ${(errors += 1)}`;
      if (follow) list.scrollTop = list.scrollHeight;
    },
  };
}

function makeRow(kind, text, { ms, bad }) {
  const row = document.createElement('li');
  row.dataset.kind = kind;
  if (bad) row.dataset.bad = 'true';
  const time = document.createElement('time');
  const now = new Date();
  time.textContent = `${now.toLocaleTimeString('en-GB')}.${String(now.getMilliseconds()).padStart(3, '0')}`;
  const badge = document.createElement('span');
  badge.className = 'badge';
  badge.textContent = KINDS[kind];
  const body = document.createElement('span');
  body.className = 'text';
  body.textContent = text;
  row.append(time, badge, body);
  if (ms !== undefined) {
    const took = document.createElement('span');
    took.className = 'took';
    took.textContent = ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
    row.append(took);
  }
  return row;
}
