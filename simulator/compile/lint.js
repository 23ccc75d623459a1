/**
 * Our own AXML rules, for what Alipay's compiler passes in silence: unknown tags, duplicate attributes,
 * `a:for` without `a:key`, misspelt directives and events, and expressions that render as undefined.
 * Reads with the compiler's own tokenizer and expression parser, so both see the same source.
 * In: source of one .axml file. Out: problems.
 */
import { createRequire } from 'node:module';
import { problemAt } from './problems.js';
import { DRAWN_TAGS, TEMPLATE_TAGS, UNDRAWN_TAGS } from '../shared/tags.js';

const require = createRequire(import.meta.url);
const Parser = require('@miniu/appx-rml/lib/htmlparser2/Parser');
const { default: JSTokenizer } = require('@miniu/appx-rml/lib/htmlparser2/JSTokenizer');
const { parseExpression } = require('@miniu/appx-rml/lib/babylon');

const DIRECTIVES = new Set(['a:if', 'a:elif', 'a:else', 'a:for', 'a:for-index', 'a:for-item', 'a:key']);
const EVENT_TYPO =
  /^(bind|on|catch):?(tap|input|change|longtap|touchstart|touchend|scroll|submit|confirm|blur|focus|load|error)$/;
const OBJECT_LIKE = /^\s*(\.\.\.[\w$_]|[\w$_][\w$_\d\s]*[:,])/;

/** Globals that a template can't see: they compile, then render as undefined. */
const INVISIBLE = new Set([
  'Math',
  'JSON',
  'Date',
  'Object',
  'Array',
  'Number',
  'String',
  'Boolean',
  'RegExp',
  'Intl',
  'Promise',
  'parseInt',
  'parseFloat',
  'isNaN',
  'isFinite',
  'encodeURIComponent',
  'decodeURIComponent',
  'console',
  'window',
  'document',
  'globalThis',
  'my',
]);

/** Syntax that the platform's templates don't take. */
const REFUSED = {
  ArrowFunctionExpression: 'an arrow function',
  FunctionExpression: 'a function',
  NewExpression: '"new"',
  AssignmentExpression: 'an assignment',
  UpdateExpression: '"++" or "--"',
  ThisExpression: '"this"',
  TemplateLiteral: 'a template literal',
  TaggedTemplateExpression: 'a template literal',
  SequenceExpression: 'a comma',
  ClassExpression: 'a class',
};

/**
 * @param {string} source
 * @param {{file: string, usingComponents: Record<string, string>}} context
 * @returns {import('./problems.js').Problem[]}
 */
export function lintAxml(source, { file, usingComponents }) {
  const problems = [];
  const report = (index, code, message) => problems.push(problemAt(code, message, file, source, index));
  const open = { tag: '', start: 0, names: new Map() };
  const parser = new Parser(
    {
      onopentagname(name) {
        open.tag = name;
        open.start = source.lastIndexOf('<', parser._tokenizer.getAbsoluteIndex() - 1);
        open.names = new Map();
        checkTag(name, usingComponents, (code, message) => report(open.start, code, message));
      },
      onattribute(name, value) {
        const at = attributeStart(source, open.start, name, open.names.get(name));
        if (open.names.has(name))
          report(
            at,
            'duplicate-attribute',
            `<${open.tag}> has "${name}" twice; the compiler keeps the first one and drops this one.`,
          );
        open.names.set(name, at);
        checkAttribute(name, (code, message) => report(at, code, message));
        if (typeof value === 'string') checkExpressions(value, (code, message) => report(at, code, message));
      },
      onopentag() {
        if (open.names.has('a:for') && !open.names.has('a:key')) {
          report(
            open.start,
            'for-without-key',
            `<${open.tag}> has a:for without a:key; name the field that identifies an item, or "*this".`,
          );
        }
      },
      ontext(text) {
        checkExpressions(text, (code, message) => report(parser.startIndex, code, message));
      },
    },
    { xmlMode: true },
  );
  try {
    parser.write(source);
    parser.done();
  } catch {
    // Broken markup is the compiler's to report, with its own message.
  }
  return problems;
}

/** Where the attribute is written: after the tag's start, or after its first occurrence. */
function attributeStart(source, tagStart, name, previous) {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`\\s${escaped}(?=[\\s=/>])`, 'g');
  pattern.lastIndex = previous === undefined ? tagStart : previous + name.length;
  const match = pattern.exec(source);
  return match ? match.index + 1 : tagStart;
}

function checkTag(tag, usingComponents, report) {
  if (DRAWN_TAGS.has(tag) || TEMPLATE_TAGS.has(tag) || tag in usingComponents) return;
  if (UNDRAWN_TAGS.has(tag)) {
    report('undrawn-tag', `<${tag}> exists on the platform, but this simulator does not draw it.`);
  } else {
    report('unknown-tag', `<${tag}> is neither a tag of the platform nor named in usingComponents.`);
  }
}

function checkAttribute(name, report) {
  if (name.includes(':') && !DIRECTIVES.has(name) && !name.startsWith('xmlns')) {
    report('unknown-directive', `"${name}" is no directive; there are ${[...DIRECTIVES].join(', ')}.`);
  } else if (EVENT_TYPO.test(name)) {
    report('event-name', `"${name}" is not an event; events are written onTap, catchTap, onInput.`);
  }
}

function checkExpressions(text, report) {
  for (const expression of expressionsIn(text)) {
    let tree;
    try {
      tree = parseExpression(OBJECT_LIKE.test(expression) ? `{${expression}}` : expression, {
        plugins: ['objectRestSpread'],
      });
    } catch {
      continue; // the compiler reports it, with the position inside the expression
    }
    walk(tree, null, (node, parent) => {
      if (REFUSED[node.type]) {
        report(
          'expression',
          `{{${expression.trim()}}} holds ${REFUSED[node.type]}, which templates don't take; compute it in the page's data.`,
        );
      } else if (node.type === 'Identifier' && INVISIBLE.has(node.name) && !isName(node, parent)) {
        report(
          'expression',
          `{{${expression.trim()}}} uses ${node.name}, which a template can't see (it renders as undefined); compute it in the page's data.`,
        );
      }
    });
  }
}

function expressionsIn(text) {
  const tokenizer = new JSTokenizer();
  tokenizer.append(text.trim());
  if (!tokenizer.hasJSRaw()) return [];
  return tokenizer
    .getAst()
    .filter(({ text: part }) => part.startsWith('{{') && part.endsWith('}}') && part.length > 4)
    .map(({ text: part }) => part.slice(2, -2));
}

/** Is the identifier a property's name and not a reference? */
function isName(node, parent) {
  if (!parent) return false;
  if (parent.type === 'MemberExpression') return parent.property === node && !parent.computed;
  return parent.type === 'ObjectProperty' && parent.key === node && parent.value !== node;
}

function walk(node, parent, visit) {
  visit(node, parent);
  for (const key of Object.keys(node)) {
    if (key === 'loc' || key.endsWith('Comments')) continue;
    const child = node[key];
    for (const each of Array.isArray(child) ? child : [child]) {
      if (each && typeof each.type === 'string') walk(each, node, visit);
    }
  }
}
