#!/usr/bin/env node
/**
 * Compiles and checks a mini program without running it: `node simulator/compile.mjs DIR`.
 * Exit code 0 when all is well, 1 with one message per problem, 2 on wrong use.
 */
import { existsSync } from 'node:fs';
import { compile } from './compile/bundle.js';
import { formatProblem } from './compile/problems.js';

const [folder, ...rest] = process.argv.slice(2);
if (!folder || rest.length) {
  console.error('usage: node simulator/compile.mjs DIR   (DIR: a mini program, with app.json)');
  process.exit(2);
}
if (!existsSync(folder)) {
  console.error(`${folder}: there is no such folder.`);
  process.exit(2);
}
const started = Date.now();
const { compiled, problems } = await compile(folder);
if (compiled) {
  const size = (script) => `${Math.round(script.replace(/\/\/# sourceMappingURL=.*\s*$/, '').length / 1024)} KB`;
  console.log(
    `compiled ${compiled.manifest.pages.length} pages in ${Date.now() - started} ms (logic ${size(compiled.logic)}, view ${size(compiled.view)}), no problems`,
  );
} else {
  console.error(problems.map(formatProblem).join('\n\n'));
  console.error(`\n${problems.length} problem${problems.length === 1 ? '' : 's'}`);
  process.exitCode = 1;
}
